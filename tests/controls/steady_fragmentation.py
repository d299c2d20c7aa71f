"""Replace a block of random size in one of 2,000 slots, chosen at random.

Does not leak: never more than 2,000 blocks are alive. Lives and sizes (16 to 4,000 bytes) differ, so the heap fragments
and resident memory creeps up for a while; live bytes wander around 4 MB, up or down by 100 KB.
"""

import random

TRUTH = "clean"
RATE = 0.0
CHOICE = random.Random(7)
SLOTS = [None] * 2000


def setup():
    for slot in range(len(SLOTS)):
        SLOTS[slot] = bytes(CHOICE.randrange(16, 4000))


def operation(i):
    SLOTS[CHOICE.randrange(len(SLOTS))] = bytes(CHOICE.randrange(16, 4000))
    return i % 10
