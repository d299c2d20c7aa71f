"""Hand over a page in shared memory, close it and unlink it.

Does not leak: the segment is gone at the end of the operation.
"""

from multiprocessing import shared_memory

TRUTH = "clean"
RATE = 0.0


def operation(i):
    memory = shared_memory.SharedMemory(create=True, size=4096)
    memory.buf[0] = i % 251
    found = memory.buf[0]
    memory.close()
    memory.unlink()
    return found
