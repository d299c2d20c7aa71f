"""Call a function under ``lru_cache(maxsize=None)`` with an argument that is new each time.

Leaks: a cache without a bound keeps the argument (64 to 80 bytes), the result (256) and a share of its table.
"""

import functools

TRUTH = "leaking"
RATE = 390.0
HOLDER = "the cache of `_render`"


@functools.lru_cache(maxsize=None)  # noqa: UP033 - functools.cache came with 3.9
def _render(name):
    return b"<p>" + name.encode() + bytes(190)  # leaks


def operation(i):
    return len(_render(f"article number {i:012d} of all"))  # leaks
