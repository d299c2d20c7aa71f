"""Make reference cycles under ``gc.set_debug(gc.DEBUG_SAVEALL)``, which somebody forgot to switch off.

Leaks: the collector finds the cycles, but puts them into ``gc.garbage`` instead of freeing them: two nodes of 48
bytes, 48 of payload and two places in the list.
"""

import gc

TRUTH = "leaking"
RATE = 161.0
HOLDER = "garbage"


class Node:
    __slots__ = ("other", "payload")

    def __init__(self, payload):
        self.payload = payload
        self.other = None


def setup():
    gc.set_debug(gc.DEBUG_SAVEALL)


def operation(i):
    left, right = Node(b"%08d" % i), Node(None)  # leaks
    left.other, right.other = right, left
    return left.payload.strip(b"0")


def teardown():
    gc.set_debug(0)
    gc.garbage.clear()
    gc.collect()
