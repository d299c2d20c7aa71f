"""Values of JSON as frozen records, by the types of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
NUMBERS = (int, float)


def record(kind: type[Record], values: Mapping[str, Any], **ready: Any) -> Record:
    """Return a record of these fields, and of those that are ready.

    KeyError for a field that the record does not have, TypeError for one that it lacks or a value of another type.
    """
    hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{name: _value(hints[name], value) for name, value in values.items()}, **ready)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, value: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [other] = (each for each in arguments if each is not NoneType)
        return None if value is None else _value(other, value)
    if origin is tuple:
        return _tuple(arguments, _of(value, (list, tuple)))
    if origin is Mapping:
        return {name: _value(arguments[1], each) for name, each in _of(value, Mapping).items()}
    if kind is Any:
        return value
    return _plain(kind, value)


def _plain(kind: type[Any], value: Any) -> Any:
    """A record, a member of an enumeration, a number of any kind, or a text."""
    if is_dataclass(kind):
        return record(kind, _of(value, Mapping))
    if issubclass(kind, Enum):
        return kind(value)
    return _of(value, NUMBERS if kind in NUMBERS else kind)


def _tuple(kinds: tuple[Any, ...], values: Any) -> tuple[Any, ...]:
    if kinds[-1] is ...:
        return tuple(_value(kinds[0], each) for each in values)
    return tuple(_value(kind, each) for kind, each in zip(kinds, values, strict=True))


def _of(value: Any, kinds: Any) -> Any:
    if not isinstance(value, kinds):
        raise TypeError
    return value
