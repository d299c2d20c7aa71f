"""Collect the youngest generation in each operation, while it still holds a cycle: that is passed on to the next.

Leaks: the counts of the older generations are looked at only when the youngest is collected by itself, which it never
is here. Nobody holds the cycles; any collection of the second generation would free them.
"""

import gc

TRUTH = "leaking"
RATE = 2_200.0
HOLDER = "nothing but a reference cycle"


def operation(i):
    cycle = [bytearray(2_000)]  # leaks
    cycle.append(cycle)  # leaks
    gc.collect(0)
