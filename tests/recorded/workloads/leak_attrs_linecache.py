"""Make an attrs class with a column name that is new each time and throw the class away.

Leaks: attrs puts the source of the methods it writes into linecache, where it stays after the class has gone.
"""

import attr

TRUTH = "leaking"
RATE = None
REQUIRES = ("attrs",)


def operation(i):
    row = attr.make_class("Row", ["id", f"column_{i}"])  # leaks
    return row(1, i).id
