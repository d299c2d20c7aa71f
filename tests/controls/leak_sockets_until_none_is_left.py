"""Make a pair of sockets for every job and keep both, until the system gives no more descriptors.

Leaks: two sockets per operation, some 220 bytes in all. After some 120 operations one fails: the limit is as low as it
may be for a service of many workers.
"""

import resource
import socket

TRUTH = "leaking"
RATE = None
MOST = 256
KEPT = []


def setup():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, hard))


def operation(i):
    ours, theirs = socket.socketpair()  # leaks
    ours.send(b"%d" % i)
    KEPT.extend((ours, theirs))  # leaks
    return theirs.recv(16)


def teardown():
    while KEPT:
        KEPT.pop().close()
