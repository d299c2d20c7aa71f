"""Read a cached property of a fresh object under propcache 0.4.1, the release that put the leak of 0.4.0 right.

Does not leak: the value goes with its object.
"""

from propcache.api import under_cached_property

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("propcache==0.4.1",)


class Address:
    def __init__(self, number):
        self._cache = {}
        self.number = number

    @under_cached_property
    def text(self):
        return f"/items/{self.number:010d}"


def operation(i):
    address = Address(i)
    return address.text + address.text
