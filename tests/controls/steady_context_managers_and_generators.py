"""Read numbers through generators that are exhausted or closed, within context managers that are left.

Does not leak: a generator that has ended gives its frame back, and so does one that is dropped half-way.
"""

import contextlib
import itertools

TRUTH = "clean"
RATE = 0.0
DEPTH = [0]


@contextlib.contextmanager
def _transaction():
    DEPTH[0] += 1
    try:
        yield DEPTH[0]
    finally:
        DEPTH[0] -= 1


def _numbers(start):
    number = start
    while True:
        yield number
        number += 3


def operation(i):
    with _transaction() as outer, _transaction() as inner, contextlib.closing(_numbers(i)) as numbers:
        return outer + inner + sum(itertools.islice(numbers, 5)) + next(_numbers(i))
