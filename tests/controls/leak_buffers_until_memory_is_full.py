"""Keep a buffer of 200 kB of every job, until there is no more memory.

Leaks: 200,000 bytes per operation. The process may have 256 MiB of address space, as under ``ulimit -v``: the buffers
that fill it are fewer than it takes to tell a leak from a cache that fills.
"""

import resource

TRUTH = "leaking"
RATE = 200_000.0
ADDRESS_SPACE = 256 << 20
BUFFERS = []


def setup():
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, hard))


def operation(i):
    BUFFERS.append(bytearray(200_000))  # leaks


def teardown():
    BUFFERS.clear()
