"""What an answer says of what was made, and of who is asking: names, numbers and tokens in JSON or in headers."""

from __future__ import annotations

import json
from typing import Any, Iterable, List

# Objects that lie in one another so deep are looked into.
DEPTH = 2


def named(body: bytes, names: Iterable[str]) -> str:
    """The text or number that JSON has by the first of these names, at the top or in an object there; empty if none."""
    try:
        objects = [json.loads(body.decode())]
    except (ValueError, RecursionError):
        return ""
    for _ in range(DEPTH):
        for name in names:
            for each in objects:
                if isinstance(each, dict) and _is_plain(each.get(name)):
                    return str(each[name])
        objects = _inside(objects)
    return ""


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


def _inside(objects: List[Any]) -> List[Any]:
    return [inner for each in objects if isinstance(each, dict) for inner in each.values()]


def made(body: bytes, location: str, names: Iterable[str]) -> str:
    """Return what an answer calls what was made: in its body, else at the end of where it leads; empty if it says
    nothing."""
    return named(body, names) or location.partition("?")[0].rstrip("/").rpartition("/")[2]
