"""Register each short-lived object with a registry that holds it weakly, so that the registry keeps nothing alive.

Leaks: the objects die, their weak references do not: nothing takes a dead one off the list. One weak reference (80
bytes with the collector's header) and its place in the list per operation.
"""

import weakref

TRUTH = "leaking"
RATE = 88.5
HOLDER = "REGISTRY"


class Session:
    def __init__(self, number):
        self.number = number


REGISTRY = []


def operation(i):
    session = Session(i)
    REGISTRY.append(weakref.ref(session))  # leaks
    return divmod(session.number, 60)
