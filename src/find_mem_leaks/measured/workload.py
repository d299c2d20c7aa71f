"""What a measured process carries out and looks at, as those see it that ask for it.

In the measured process only the type checker reads this file.
"""

from __future__ import annotations

from typing import Any, Callable, Coroutine, Dict, List, Optional, Protocol, Sequence, TypeVar, overload

from . import replies, requests

T = TypeVar("T")
# What a call of a workload returns: a coroutine if it is asynchronous.
Result = Optional[Coroutine[Any, Any, None]]


class Workload(Protocol):
    """What a round carries out.

    Attributes:
        is_async: whether ``open``, ``stretch`` and ``close`` return coroutines.
        completed: operations of the last stretch before the one that failed.
    """

    is_async: bool
    completed: int

    def open(self) -> Result: ...

    def prepare(self, number: int, operations: int, /) -> Dict[str, int]:
        """Write the plan of a round; return how often each kind of operation stands in it."""

    def stretch(self, begin: int, end: int, /) -> Result:
        """Carry out so much of the plan."""

    def check(self) -> None:
        """Raise RuntimeError if the operations did not do what the plan says."""

    def close(self) -> Result: ...

    def end(self) -> object:
        """Let go of what it works on, once it is closed or has failed."""


class Application(Workload, Protocol):
    """One that answers requests of a person's choice.

    Attributes:
        tried: what came of the last one.
        answers: how many answers of each status there were when they were last read.
    """

    tried: replies.Try
    answers: Dict[str, int]

    def attempt(self, route: requests.Route, names: Sequence[str], /) -> Result: ...

    def read_answers(self) -> Result: ...


class Database(Protocol):
    """What a stack that ships works on; url: where it finds it."""

    url: str

    def fill(self, rows: int, /) -> None:
        """Bring it to exactly that many posts, whose ids are from 1 on."""

    def count(self) -> int: ...

    def drop(self) -> None: ...


# Waits for what a workload returned.
Wait = Callable[[Result], None]


class Finish(Protocol):
    """The same, and for what any other coroutine returns."""

    @overload
    def __call__(self, result: None, /) -> None: ...

    @overload
    def __call__(self, result: Coroutine[Any, Any, T], /) -> T: ...


class Looks(Protocol):
    """What looks at memory: this process itself, or the workers of a server."""

    def begin_round(self, find: bool, /) -> int: ...

    def look(self) -> replies.Look: ...

    def end_round(self) -> replies.RoundEnd: ...

    def caps(self) -> List[replies.Cap]: ...

    def family(self, most: int, /) -> Sequence[replies.Process]: ...
