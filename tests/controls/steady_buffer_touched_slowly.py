"""Write to one page of a buffer of 64 MB in every second operation, in turn, and begin again at its end.

Does not leak: the buffer was taken whole at the start (``calloc``, which hands out zero pages without touching them).
Live bytes stay level, resident memory rises by 2 KB per operation for 32,768 operations, and stops.
"""

import ctypes

TRUTH = "clean"
RATE = 0.0
LIBC = ctypes.CDLL(None)
LIBC.calloc.restype = ctypes.c_void_p
LIBC.calloc.argtypes = [ctypes.c_size_t, ctypes.c_size_t]
LIBC.free.argtypes = [ctypes.c_void_p]
PAGE = 4096
PAGES = 16_384
STATE = {}


def setup():
    STATE["address"] = LIBC.calloc(PAGES, PAGE)


def operation(i):
    if i % 2 == 0:
        ctypes.memset(STATE["address"] + i // 2 % PAGES * PAGE, 1 + i % 255, PAGE)
    return i % 9


def teardown():
    LIBC.free(STATE.pop("address"))
