"""Take a block of 1 MiB from the C heap in every 5,000th operation, fill it and forget to free it.

Leaks: a block of that size is mapped on its own (``hblkhd`` of mallinfo2), a page more than asked for: 210.5 bytes per
operation, in steps a thousand times as high as those of most leaks.
"""

import ctypes

TRUTH = "leaking"
RATE = 210.5
HOLDER = "C code"
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.malloc.argtypes = [ctypes.c_size_t]
SIZE = 1024 * 1024


def operation(i):
    if i % 5000 == 0:
        ctypes.memset(LIBC.malloc(SIZE), 1, SIZE)  # leaks
    return sorted((i * k) % 31 for k in range(8))
