"""Call a function under ``lru_cache(maxsize=20_000)`` with an argument that is new each time.

Does not leak: it grows by some 300 bytes per operation for 20,000 operations, and stops.
"""

import functools

TRUTH = "clean"
RATE = 0.0


@functools.lru_cache(maxsize=20_000)
def _render(name):
    return name.title().encode()


def operation(i):
    return len(_render(f"article number {i:012d}"))
