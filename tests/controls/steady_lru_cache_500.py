"""Call a function under ``lru_cache(maxsize=500)`` with an argument that is new each time.

Does not leak: after 500 calls each new entry drives out the oldest.
"""

import functools

TRUTH = "clean"
RATE = 0.0


@functools.lru_cache(maxsize=500)
def _parse(request):
    return tuple(request.split())


def operation(i):
    return len(_parse(f"GET /entry/{i:010d} HTTP/1.1"))
