"""Hand ever more jobs that wait for each other to a pool of 40 threads.

Does not leak: the pool starts a thread where none is idle, so it has one more every 1,000 operations until it has 40.
Until then the threads and what is mapped and kept for each grow steadily, over more than 20 s.
"""

import concurrent.futures
import threading
import zlib

TRUTH = "clean"
RATE = 0.0
STATE = {}
THREADS = 40
TEXT = b" ".join(b"%d" % (k * k % 9973) for k in range(4000))


def setup():
    STATE["pool"] = concurrent.futures.ThreadPoolExecutor(max_workers=THREADS)


def operation(i):
    at_once = min(1 + i // 1000, THREADS)
    met = threading.Barrier(at_once)
    futures = [STATE["pool"].submit(met.wait) for _ in range(at_once)]
    return zlib.adler32(zlib.compress(TEXT, 1)) + sum(future.result() for future in futures)


def teardown():
    STATE.pop("pool").shutdown()
