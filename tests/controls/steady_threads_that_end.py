"""Start a thread in every fiftieth operation, and wait for its end.

Does not leak: a thread that was joined gives back its stack (the C library keeps some to use again) and its objects.
"""

import queue
import threading

TRUTH = "clean"
RATE = 0.0
RESULTS = queue.Queue()


def _job(i):
    RESULTS.put(i * 2)


def operation(i):
    if i % 50:
        return sorted((i * k) % 31 for k in range(8))
    thread = threading.Thread(target=_job, args=(i,))
    thread.start()
    thread.join()
    return RESULTS.get()
