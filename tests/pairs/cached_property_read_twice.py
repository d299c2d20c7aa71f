"""A cached property that is read twice. propcache 0.4.0 loses a reference each time, 0.4.1 does not."""

from propcache import under_cached_property


class Thing:
    def __init__(self):
        self._cache = {}

    @under_cached_property
    def value(self):
        return [1, 2, 3]


def operation(i):
    thing = Thing()
    assert thing.value is thing.value
