"""Start a process for every 100th job that ends at once, and never wait for its end.

Leaks: an entry in the system's table of processes, which has an end. No byte of the process's own memory grows.
"""

import os
import zlib

TRUTH = "leaking"
RATE = None
HOLDER = "the operating system"
TEXT = b" ".join(b"%d" % (k * k % 9973) for k in range(4000))


def operation(i):
    if i % 100 == 0:
        os.posix_spawn("/bin/true", ["true"], {})  # leaks
    return zlib.adler32(zlib.compress(TEXT, 1))


def teardown():
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
