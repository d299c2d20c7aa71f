"""Register a clean-up with ``atexit`` for each buffer, though the buffer is done with at the end of the operation.

Leaks: until the process ends, atexit keeps the function and its arguments: here 64 bytes of buffer, 48 of a tuple, and
an entry of its own table with its place (40).
"""

import atexit

TRUTH = "leaking"
RATE = 152.0
HOLDER = "C code"


def _flush(buffer):
    return len(buffer)


def operation(i):
    buffer = b"%08d" % i + bytes(20)  # leaks
    atexit.register(_flush, buffer)  # leaks
    return buffer.find(b"9")


def teardown():
    atexit.unregister(_flush)
