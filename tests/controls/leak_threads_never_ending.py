"""Start a thread for every 2,000th job that waits for an event which nobody sets.

Leaks: a thread that waits keeps its stack, its frames and its thread object. The stacks are mapped, the objects come to
some four bytes per operation; no single rate says it. An operation compresses some kilobytes, which takes long enough
for a minute of it to start no more than 300 threads; stacks are small for the same reason.
"""

import threading
import zlib

TRUTH = "leaking"
RATE = None
HOLDER = "THREADS"
CLOSING = threading.Event()
THREADS = []
TEXT = b" ".join(b"%d" % (k * k % 9973) for k in range(4000))
STACK = 256 * 1024


def _start():
    before = threading.stack_size(STACK)
    try:
        thread = threading.Thread(target=CLOSING.wait, daemon=True)  # leaks
        thread.start()  # leaks
    finally:
        threading.stack_size(before)
    THREADS.append(thread)


def operation(i):
    if i % 2000 == 0:
        _start()
    return zlib.adler32(zlib.compress(TEXT, 1))


def teardown():
    CLOSING.set()
    while THREADS:
        THREADS.pop().join()
