"""Start a daemon thread in one operation of two hundred that waits for an event which nobody sets.

Leaks: each thread keeps its stack, and a little Python memory.
"""

import threading

TRUTH = "leaking"
RATE = None
REQUIRES = ()


def operation(i):
    if i % 200 == 0:
        threading.Thread(target=threading.Event().wait, daemon=True).start()  # leaks
    return i
