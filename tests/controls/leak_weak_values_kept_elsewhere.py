"""Put each entity into an identity map that holds it weakly, and into a unit of work that holds it for good.

Leaks: the weak dictionary would forget an entity that nobody uses, but the list of new entities is never flushed. Both
grow: entity and text, weak reference, key and a share of the dictionary's table, in every second operation.
"""

import weakref

TRUTH = "leaking"
RATE = 230.0
HOLDER = "NEW"
IDENTITIES = weakref.WeakValueDictionary()
NEW = []


class Entity:
    __slots__ = ("__weakref__", "number", "text")

    def __init__(self, number):
        self.number = number
        self.text = bytes(200)  # leaks


def operation(i):
    if i % 2:
        entity = Entity(i)  # leaks
        IDENTITIES[i] = entity  # leaks
        NEW.append(entity)
    return IDENTITIES[NEW[-1].number].number if NEW else None
