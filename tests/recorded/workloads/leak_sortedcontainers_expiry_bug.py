"""Keep deadlines in a SortedDict and drop those that have passed, but compare with the wrong end of it.

Leaks: the last deadline is always in the future, so nothing is dropped.
"""

from sortedcontainers import SortedDict

TRUTH = "leaking"
RATE = None
REQUIRES = ("sortedcontainers",)

_deadlines = SortedDict()


def operation(i):
    _deadlines[i + 100] = f"lease {i}"  # leaks
    while _deadlines and _deadlines.peekitem(-1)[0] < i:
        _deadlines.popitem(0)
