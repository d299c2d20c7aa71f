"""Decorate a look-up with cachetools' cached() and a plain dict as its cache.

Leaks: a dict has no bound, and the look-ups are new each time.
"""

from cachetools import cached

TRUTH = "leaking"
RATE = None
REQUIRES = ("cachetools",)


@cached(cache={})
def look_up(name):
    return [name.upper()]


def operation(i):
    return look_up(f"customer/{i}")  # leaks
