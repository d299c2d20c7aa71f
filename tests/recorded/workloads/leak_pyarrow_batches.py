"""Build an Arrow array of 300 numbers and keep it for a table that is never written.

Leaks: the buffers are in Arrow's memory pool, not in Python's.
"""

import pyarrow as pa

TRUTH = "leaking"
RATE = None
REQUIRES = ("pyarrow",)

BATCHES = [pa.array(range(300), type=pa.int64())]


def operation(i):
    BATCHES.append(pa.array(range(i, i + 300), type=pa.int64()))  # leaks
