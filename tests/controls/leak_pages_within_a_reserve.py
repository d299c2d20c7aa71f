"""Reserve four gigabytes of addresses at once, and use a page more of them in every operation.

Leaks: this is how allocators with arenas of their own work (mimalloc, those of databases). Neither a count of live
bytes nor the size of the mappings changes: only resident memory grows, by 4,096 bytes per operation.
"""

import ctypes
import mmap

TRUTH = "leaking"
RATE = None
HOLDER = "C code"
PAGE = mmap.PAGESIZE
RESERVED = 1 << 32
WITHOUT_RESERVE = 0x4000  # MAP_NORESERVE
LIBC = ctypes.CDLL(None)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | WITHOUT_RESERVE
ARENA = LIBC.mmap(None, RESERVED, mmap.PROT_READ | mmap.PROT_WRITE, FLAGS, -1, 0)


def operation(i):
    ctypes.memset(ARENA + i * PAGE % RESERVED, 1, PAGE)  # leaks
    return i % 11
