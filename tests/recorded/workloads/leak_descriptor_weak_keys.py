"""Store a value per object in a descriptor's WeakKeyDictionary, where the value refers back to its object.

Leaks: the value keeps its own key alive.
"""

import weakref

TRUTH = "leaking"
RATE = None
REQUIRES = ()


class Parent:
    def __init__(self):
        self.values = weakref.WeakKeyDictionary()

    def __set__(self, node, value):
        self.values[node] = value

    def __get__(self, node, kind=None):
        return self.values[node]


class Node:
    helper = Parent()


def operation(i):
    node = Node()
    node.helper = [node, i]  # leaks
    return node.helper[1]
