"""Compare the case-insensitive headers of two messages under multidict 6.6.4.

Does not leak: since 6.4.0 the lower-cased names are freed.
"""

from multidict import CIMultiDict

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("multidict==6.6.4",)


def operation(i):
    mine = CIMultiDict([(f"X-Part-{i}", "yes")])
    return mine == {f"x-part-{i}": "yes"}
