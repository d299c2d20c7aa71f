"""Make objects with ``__del__``, some of them in cycles.

Does not leak: since Python 3.4 the collector also frees cycles of objects with finalizers, those out of a cycle go at
once.
"""

TRUTH = "clean"
RATE = 0.0
CLOSED = [0]


class Handle:
    def __init__(self, number):
        self.number = number
        self.peer = None

    def __del__(self):
        CLOSED[0] = (CLOSED[0] + 1) % 1000


def operation(i):
    left, right = Handle(i), Handle(-i)
    left.peer = right
    if i % 4 == 0:
        right.peer = left
    return left.peer.number
