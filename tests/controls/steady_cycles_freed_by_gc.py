"""Make a ring of ten nodes with a kilobyte of payload in each operation, which only the garbage collector can free.

Does not leak: the collector finds the rings. Between its runs up to thousands of nodes wait to be freed.
"""

TRUTH = "clean"
RATE = 0.0


class Node:
    def __init__(self, number):
        self.number = number
        self.next = self
        self.payload = bytes(100)


def operation(i):
    first = last = Node(i)
    for k in range(9):
        node = Node(i + k)
        last.next = node
        last = node
    last.next = first
    return first.next.number
