"""Validate a model with an Iterable field under pydantic 2.11.7.

Does not leak: the lazy validator of the field is freed in this release.
"""

from collections.abc import Iterable

from pydantic import BaseModel

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pydantic==2.11.7",)


class Trace(BaseModel):
    elements: Iterable[int]


def operation(i):
    return Trace(elements=[i, 2, 3]) is None
