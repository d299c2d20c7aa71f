"""Tasks of an event loop that never end, named by the line of the application at which they wait."""

from __future__ import annotations

import os
import sysconfig
from collections import Counter
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any, Iterator, List, NamedTuple, Optional, Tuple

from . import referents

if TYPE_CHECKING:
    from asyncio import Task

    from . import replies

_LIBRARIES = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
# What a coroutine, a generator and an asynchronous generator have, in which they wait, and what for.
_FRAMES, _AWAITED = ("cr_frame", "gi_frame", "ag_frame"), ("cr_await", "gi_yieldfrom", "ag_await")


class Place(NamedTuple):
    is_foreign: bool
    name: str
    file: str
    line: int


def describe(tasks: List[Task[Any]]) -> List[replies.Place]:
    """Name, file, line and number of tasks that wait at the same line: those in the application's own lines first, of
    these the most frequent."""
    counted: List[Tuple[Place, int]] = Counter(_place(task) for task in tasks).most_common()
    counted.sort(key=lambda each: each[0].is_foreign)
    return [{"name": place.name, "file": place.file, "line": place.line, "number": number} for place, number in counted]


def _place(task: Task[Any]) -> Place:
    """The innermost coroutine of the application itself, else the innermost of all."""
    waiting = list(_waiting(task.get_coro()))
    own = [place for place in waiting if not place.is_foreign]
    return (own or waiting or [Place(True, type(task.get_coro()).__name__, "", 0)])[-1]


def _waiting(outermost: Any) -> Iterator[Place]:
    """Each coroutine and generator that waits for the next."""
    waiting = outermost
    while waiting is not None:
        frame = next(filter(None, (getattr(waiting, name, None) for name in _FRAMES)), None)
        if frame is not None:
            file = frame.f_code.co_filename
            yield Place(file.startswith((*_LIBRARIES, _OURS)), waiting.__qualname__, file, frame.f_lineno)
        waiting = next(filter(None, (getattr(waiting, name, None) for name in _AWAITED)), None) or _generator(waiting)


def _generator(step: object) -> Optional[AsyncGeneratorType[Any, Any]]:
    """The asynchronous generator that a step is one of, which does not tell it itself; None for what is no step."""
    if not type(step).__name__.startswith("async_generator_"):
        return None
    return next((each for each in referents.of(step) if isinstance(each, AsyncGeneratorType)), None)
