"""Build a header map from a list of pairs, as each HTTP request does, under multidict 6.3.2.

Does not leak: this release puts the leak of 6.3.0 right, and everything goes with the map.
"""

from multidict import MultiDict

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("multidict==6.3.2",)


def operation(i):
    headers = MultiDict([("Host", "localhost"), ("X-Request", f"request-{i}")])
    return headers["x-request" if i < 0 else "X-Request"]
