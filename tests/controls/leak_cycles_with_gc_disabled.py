"""Make a parent and a child that refer to each other, with the garbage collector switched off.

Leaks: only the collector could free a cycle, and the workload has disabled it, as some services do for speed. Each
operation loses two objects of 48 bytes, a list of 64 with a table of 16, and 80 bytes of payload.
"""

import gc

TRUTH = "leaking"
RATE = 256.0
HOLDER = "nothing but a reference cycle"


class Node:
    __slots__ = ("links", "payload")

    def __init__(self, payload):
        self.payload = payload
        self.links = None


def setup():
    gc.disable()


def operation(i):
    parent, child = Node(b"%08d" % i + bytes(39)), Node(None)  # leaks
    parent.links = [child]  # leaks
    child.links = parent
    return parent.payload.count(b"1")


def teardown():
    gc.enable()
    gc.collect()
