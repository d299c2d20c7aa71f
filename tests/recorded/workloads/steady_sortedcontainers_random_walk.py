"""Let a SortedDict wander between 0 and 1500 entries by adding or taking one at random.

Does not leak: the walk turns back at both ends.
"""

import random

from sortedcontainers import SortedDict

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sortedcontainers",)

_table = SortedDict()
_random = random.Random(11)


def operation(i):
    for _ in range(20):
        if len(_table) < 1500 and (not _table or _random.random() < 0.5):
            _table[_random.random()] = [i]
        elif _table:
            _table.popitem(_random.randrange(len(_table)))
