"""Validate a model with an Iterable field under pydantic 2.7.0.

Leaks: a real fault: the lazy validator of the field and its model are in a cycle the collector cannot see.
"""

from collections.abc import Iterable

from pydantic import BaseModel

TRUTH = "leaking"
RATE = 776.0
REQUIRES = ("pydantic==2.7.0",)


class Trace(BaseModel):
    elements: Iterable[int]


def operation(i):
    return Trace(elements=[i, 2, 3]) is None  # leaks
