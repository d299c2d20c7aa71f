"""Compare the case-insensitive headers of two messages under multidict 6.3.2.

Leaks: a real fault of the 6.3 series (put right in 6.4.0): each comparison leaves one lower-cased name behind.
"""

from multidict import CIMultiDict

TRUTH = "leaking"
RATE = 61.3
REQUIRES = ("multidict==6.3.2",)


def operation(i):
    mine = CIMultiDict([(f"X-Part-{i}", "yes")])
    return mine == {f"x-part-{i}": "yes"}  # leaks
