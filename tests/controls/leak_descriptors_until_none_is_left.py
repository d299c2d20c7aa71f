"""Open a file in every operation and lose its descriptor, until the system gives no more of them.

Leaks: a descriptor per operation. After some 500 operations an operation fails, long before enough of them are over to
tell a leak from a cache that fills; that it fails for want of descriptors tells it.
"""

import os
import resource

TRUTH = "leaking"
RATE = None
MOST = 512
LOST = []


def setup():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, hard))


def operation(i):
    LOST.append(os.open(os.devnull, os.O_RDONLY))  # leaks


def teardown():
    while LOST:
        os.close(LOST.pop())
