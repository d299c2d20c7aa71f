"""Read a cached property of a fresh object under propcache 0.4.0, a release withdrawn for a reference leak.

Leaks: the value that the property computes is never freed.
"""

from propcache.api import under_cached_property

TRUTH = "leaking"
RATE = 66.3
REQUIRES = ("propcache==0.4.0",)


class Address:
    def __init__(self, number):
        self._cache = {}
        self.number = number

    @under_cached_property
    def text(self):
        return f"/items/{self.number:010d}"


def operation(i):
    address = Address(i)
    return address.text + address.text  # leaks
