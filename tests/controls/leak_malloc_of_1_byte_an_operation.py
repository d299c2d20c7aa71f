"""Take 100 bytes from the C heap in every hundredth operation and forget to free them.

Leaks: no Python object is kept. The C heap hands out 112 bytes for 100: 1.12 bytes per operation, in steps.
"""

import ctypes

TRUTH = "leaking"
RATE = 1.12
HOLDER = "C code"
LIBC = ctypes.CDLL(None)
LIBC.malloc.restype = ctypes.c_void_p
LIBC.malloc.argtypes = [ctypes.c_size_t]


def operation(i):
    if i % 100 == 0:
        LIBC.malloc(100)  # leaks
    return f"{i * 2654435761 % 2**32:x}"
