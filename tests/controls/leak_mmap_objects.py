"""Map a buffer of four pages in every hundredth operation, with the standard library's mmap, and keep it.

Leaks: the objects are few and small (about a byte per operation), the pages behind them are not: 164 bytes per
operation that no allocator counts. No rate of live bytes, therefore.
"""

import mmap

TRUTH = "leaking"
RATE = None
HOLDER = "BUFFERS"
BUFFERS = []
SIZE = 4 * mmap.PAGESIZE


def operation(i):
    if i % 100 == 0:
        buffer = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # leaks
        buffer.write(b"\x01" * SIZE)
        BUFFERS.append(buffer)
    return BUFFERS[-1][i % SIZE]


def teardown():
    while BUFFERS:
        BUFFERS.pop().close()
