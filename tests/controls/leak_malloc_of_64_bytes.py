"""Take 64 bytes from the C heap in each operation, as a wrapper of a C library does, and forget to free them.

Leaks: no Python object is kept. The C heap hands out 80 bytes for 64.
"""

import ctypes

TRUTH = "leaking"
RATE = 80.0
HOLDER = "C code"
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.malloc.argtypes = [ctypes.c_size_t]


def operation(i):
    LIBC.malloc(64)  # leaks
    return f"{i * 2654435761 % 2**32:x}"
