"""Take a block of 16 bytes to 300 KB from the C heap, write to it and free it.

Does not leak: each block is freed. Sizes lie on both sides of what the C library maps on its own (128 KiB at first), so
that blocks come from the heap, from the thread's cache and from mappings.
"""

import ctypes
import random

TRUTH = "clean"
RATE = 0.0
CHOICE = random.Random(300)
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.malloc.argtypes = [ctypes.c_size_t]
LIBC.free.argtypes = [ctypes.c_void_p]
SIZES = (16, 100, 1000, 5000, 70_000, 300_000)


def operation(i):
    size = CHOICE.choice(SIZES)
    address = LIBC.malloc(size)
    ctypes.memset(address, 1, min(size, 4096))
    LIBC.free(address)
    return size
