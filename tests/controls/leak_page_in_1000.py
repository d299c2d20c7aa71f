"""Map one anonymous page in every thousandth operation, write to it and never unmap it.

Leaks: 4.1 bytes per operation of memory that no allocator counts.
"""

import ctypes
import mmap

TRUTH = "leaking"
RATE = None
HOLDER = "C code"
PAGE = mmap.PAGESIZE
PROTECTION = mmap.PROT_READ | mmap.PROT_WRITE
LIBC = ctypes.CDLL(None)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]


def operation(i):
    if i % 1000 == 0:
        address = LIBC.mmap(None, PAGE, PROTECTION, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)  # leaks
        ctypes.memset(address, 1, PAGE)
    return sum(divmod(i, 10 + i % 7))
