"""Hand over a page in shared memory, close it, and never unlink it.

Leaks: a page for each segment, 4,096 bytes per operation, which belongs to no process. The process's own memory does
not grow by it. An operation compresses some kilobytes, lest a minute of it be too many segments for a machine.
"""

import zlib
from multiprocessing import resource_tracker, shared_memory

TRUTH = "leaking"
RATE = None
HOLDER = "the operating system"
TEXT = b" ".join(b"%d" % (k * k % 9973) for k in range(4000))


def operation(i):
    memory = shared_memory.SharedMemory(create=True, size=4096)  # leaks
    memory.buf[0] = 1
    memory.close()
    # As people do whose segments the tracker would remove too early.
    resource_tracker.unregister(memory._name, "shared_memory")
    return zlib.adler32(zlib.compress(TEXT, 1))
