"""Take 96 bytes from the C library's malloc for each third operation and lose the pointer.

Leaks: native memory that no Python tool can see.
"""

import ctypes

TRUTH = "leaking"
RATE = 37.3
REQUIRES = ()

_libc = ctypes.CDLL(None)
_libc.malloc.restype = ctypes.c_void_p
_libc.malloc.argtypes = [ctypes.c_size_t]
_libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]


def operation(i):
    if i % 3 == 0:
        _libc.memset(_libc.malloc(96), 1, 96)  # leaks
