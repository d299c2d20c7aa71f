"""What the examples test: functions of each kind that their pages speak of, which leak."""

import ctypes
import os
import threading

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
_never = threading.Event()
_kept = []


def some_function(size=100):
    """malloc() without free()."""
    libc.malloc(size)


def open_without_close():
    os.open(os.devnull, os.O_RDONLY)


def start_without_join():
    threading.Thread(target=_never.wait, daemon=True).start()


def do_some_stuff():
    _kept.append(bytes(20_000))
