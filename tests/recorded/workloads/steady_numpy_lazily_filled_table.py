"""Fill a table of 8000 rows row by row and then start over at its top.

Does not leak: the array has its whole size from the start, but its pages become real only when first written.
"""

import numpy as np

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("numpy",)

_table = np.empty((8000, 128))


def operation(i):
    _table[i % len(_table)] = i
    return float(_table[i % len(_table), 0])
