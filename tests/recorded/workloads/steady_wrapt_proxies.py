"""Wrap a fresh object in a wrapt proxy and call a decorated method through it, which makes a cycle.

Does not leak: the cycle is collected.
"""

import wrapt

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("wrapt",)


@wrapt.decorator
def doubled(wrapped, instance, args, kwargs):
    return wrapped(*args, **kwargs) * 2


class Counter:
    def __init__(self, start):
        self.start = start

    @doubled
    def value(self):
        return self.start


def operation(i):
    counter = Counter(i)
    counter.proxy = wrapt.ObjectProxy(counter)
    return counter.proxy.value()
