from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from find_mem_leaks import decoding


class Kind(StrEnum):
    CLEAN = "clean"


@dataclass(frozen=True)
class Part:
    name: str
    size: float | None = None


@dataclass(frozen=True)
class Whole:
    kind: Kind
    number: int
    parts: tuple[Part, ...]
    ends: tuple[float, float]
    versions: Mapping[str, str | None]
    more: Mapping[str, Any]


VALUES = {
    "kind": "clean",
    "number": 3,
    "parts": [{"name": "a", "size": 1}, {"name": "b"}],
    "ends": [0, 1.5],
    "versions": {"sqlalchemy": "2.0", "greenlet": None},
    "more": {"thresholds": [700, 10, 10]},
}


def test_values_become_a_record_by_the_types_of_its_fields():
    parts = (Part("a", 1), Part("b"))
    whole = Whole(Kind.CLEAN, 3, parts, (0, 1.5), VALUES["versions"], VALUES["more"])
    assert decoding.record(Whole, VALUES) == whole
    rest = {name: value for name, value in VALUES.items() if name != "parts"}
    assert decoding.record(Whole, rest, parts=parts) == whole


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "fine"},
        {"number": "3"},
        {"number": None},
        {"parts": 3},
        {"parts": [3]},
        {"parts": [{}]},
        {"parts": [{"name": "a", "unknown": 1}]},
        {"ends": [1]},
        {"ends": {"low": 1}},
        {"versions": {"sqlalchemy": 2}},
        {"versions": ["sqlalchemy"]},
        {"more": None},
    ],
)
def test_a_value_of_another_type_is_refused(change):
    with pytest.raises((KeyError, TypeError, ValueError)):
        decoding.record(Whole, {**VALUES, **change})
