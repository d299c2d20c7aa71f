"""Put each entity into an identity map that holds it weakly, and keep the last hundred entities.

Does not leak: an entity that falls out of the hundred dies, and its entry in the weak dictionary with it.
"""

import collections
import weakref

TRUTH = "clean"
RATE = 0.0
IDENTITIES = weakref.WeakValueDictionary()
RECENT = collections.deque(maxlen=100)


class Entity:
    def __init__(self, number):
        self.number = number


def operation(i):
    entity = IDENTITIES[i] = Entity(i)
    RECENT.append(entity)
    return IDENTITIES[RECENT[0].number].number
