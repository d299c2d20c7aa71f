"""Hand four small jobs to a pool of eight threads and wait for their results.

Does not leak: the pool starts a thread when none is idle, eight at most, and each job's future goes with its result.
The last of the eight may start late: there are
seldom more than a few jobs waiting.
"""

import concurrent.futures

TRUTH = "clean"
RATE = 0.0
STATE = {}


def setup():
    STATE["pool"] = concurrent.futures.ThreadPoolExecutor(max_workers=8)


def _job(i):
    return sum(divmod(i, 10))


def operation(i):
    futures = [STATE["pool"].submit(_job, i + k) for k in range(4)]
    return sum(future.result() for future in futures)


def teardown():
    STATE.pop("pool").shutdown()
