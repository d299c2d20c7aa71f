"""Let the length of a queue wander at random between 0 and 2,000, by 1 mostly and by 10 now and then.

Does not leak: the bounds hold. For thousands of operations it may well rise, and fall again.
"""

import random

TRUTH = "clean"
RATE = 0.0
QUEUE = []
CHANCE = random.Random(2000)
BOUND = 2000


def operation(i):
    step = 10 if CHANCE.random() < 0.1 else 1
    if CHANCE.random() < 0.5:
        QUEUE.extend([k, bytes(64)] for k in range(min(step, BOUND - len(QUEUE))))
    else:
        del QUEUE[max(0, len(QUEUE) - step) :]
    return len(QUEUE) > 1000
