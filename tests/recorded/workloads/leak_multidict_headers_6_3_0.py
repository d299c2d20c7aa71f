"""Build a header map from a list of pairs, as each HTTP request does, under multidict 6.3.0.

Leaks: a real fault of that release: the pairs that it is made of are never let go.
"""

from multidict import MultiDict

TRUTH = "leaking"
RATE = 190.0
REQUIRES = ("multidict==6.3.0",)


def operation(i):
    headers = MultiDict([("Host", "localhost"), ("X-Request", f"request-{i}")])  # leaks
    return headers["x-request" if i < 0 else "X-Request"]
