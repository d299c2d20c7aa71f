"""Make an attrs class with the same fields in each operation and drop it.

Does not leak: attrs uses one linecache entry again for the same source; the classes wait for the collector.
"""

import attr

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("attrs",)


def operation(i):
    row = attr.make_class("Row", ["id", "name"])
    return row(1, i).name
