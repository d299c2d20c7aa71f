"""Make a ring of three objects with __del__ methods that count, and drop it.

Does not leak: the rings pile up until the collector runs, which then calls the finalizers.
"""

TRUTH = "clean"
RATE = 0.0
REQUIRES = ()

COUNT = [0]


class Link:
    def __init__(self, number):
        self.data = [number] * 10

    def __del__(self):
        COUNT[0] += 1


def operation(i):
    a, b, c = Link(i), Link(i), Link(i)
    a.next, b.next, c.next = b, c, a
    return len(a.data)
