"""Call a method under ``lru_cache(maxsize=1000)`` on an object that is new each time.

Does not leak: the cache keeps the objects that it was called on, which many take for a leak, but no more than a
thousand of them.
"""

import functools

TRUTH = "clean"
RATE = 0.0


class Document:
    def __init__(self, number):
        self.number = number
        self.text = bytes(300)

    @functools.lru_cache(maxsize=1000)  # noqa: B019 - that is the point
    def words(self, least):
        return self.text.count(b"\0") // least + self.number


def operation(i):
    return Document(i).words(1 + i % 3)
