"""Load tables at the start, set them aside with ``gc.freeze()``, and make small cycles from then on.

Does not leak: what is frozen is as large at the end as at the start, and the cycles are not frozen.
"""

import gc

TRUTH = "clean"
RATE = 0.0
TABLE = {}


def setup():
    for k in range(20_000):
        TABLE[k] = {"id": k, "next": (k * 7) % 20_000}
    gc.collect()
    gc.freeze()


def operation(i):
    row = dict(TABLE[i % 20_000])
    row["self"] = row
    return TABLE[row["next"]]["id"]


def teardown():
    gc.unfreeze()
    TABLE.clear()
