"""Collect Arrow batches and join them into a table every 300 operations, then start a new list.

Does not leak: a saw with teeth of about 700 kB in Arrow's own pool.
"""

import pyarrow as pa

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pyarrow",)

BATCHES = []
pa.array(range(3), type=pa.int64())  # loads what Arrow loads late


def operation(i):
    BATCHES.append(pa.record_batch({"n": pa.array(range(i, i + 300), type=pa.int64())}))
    if len(BATCHES) == 300:
        rows = pa.Table.from_batches(BATCHES).num_rows
        BATCHES.clear()
        return rows
