"""Keep every hundredth result for two seconds by the clock, and sweep out what has expired.

Does not leak: after two seconds as much goes as comes. But a cheap operation is done a million times by then.
"""

import collections
import time

TRUTH = "clean"
RATE = 0.0
LIFE = 2.0
RESULTS = collections.deque()


def operation(i):
    now = time.monotonic()
    if i % 100 == 0:
        RESULTS.append((now + LIFE, f"result {i:08d}"))
    while RESULTS and RESULTS[0][0] <= now:
        RESULTS.popleft()
