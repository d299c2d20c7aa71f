"""Start a thread in every operation that waits for an event which nobody sets, until none can be started.

Leaks: a thread per operation, with its stack, which is mapped and hardly touched. Where the address space is limited,
stacks are what fills it: Python says that it cannot start a new thread.
"""

import resource
import threading

TRUTH = "leaking"
RATE = None
ADDRESS_SPACE = 3 << 30
STACK = 2 << 20
CLOSING = threading.Event()
THREADS = []


def setup():
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, hard))
    threading.stack_size(STACK)


def operation(i):
    thread = threading.Thread(target=CLOSING.wait, daemon=True)  # leaks
    thread.start()  # leaks
    THREADS.append(thread)


def teardown():
    CLOSING.set()
    while THREADS:
        THREADS.pop().join()
