"""What is told of an operation that failed: its errors, where they were raised, and what was left of what runs out."""

from __future__ import annotations

import errno
import mmap
import os
import traceback
from typing import TYPE_CHECKING, Iterator, List, Optional

if TYPE_CHECKING:
    from . import replies
    from .ceilings import Ceilings

_HERE = os.path.dirname(os.path.abspath(__file__))
# This wing itself: that an error was raised there tells nobody where it comes from.
_FOLDERS = ("accounting", "allocators", "blog", "explaining", "probes", "settling")
_OURS = frozenset([_HERE, *(os.path.join(_HERE, name) for name in _FOLDERS)])
# Characters of a message or a traceback that a reply carries, and of a message of one of several errors.
MESSAGE = 20000
SHORT = 300
# Errors that led to the one that was raised.
MOST = 8
# Bytes of memory that are set by where it is limited: with none left nothing could be told.
RESERVE = 8 << 20


class Standing:
    """The limits as they stood when the stack was opened; under ``RLIMIT_AS`` also memory to report with."""

    def __init__(self) -> None:
        self._before: Ceilings = {}
        self._reserve: Optional[mmap.mmap] = None

    def begin(self) -> None:
        from . import ceilings

        self._before = ceilings.read()
        if "RLIMIT_AS" in self._before:
            self._reserve = mmap.mmap(-1, RESERVE)

    def release(self) -> None:
        """Give back what was set by."""
        if self._reserve is not None:
            self._reserve.close()
            self._reserve = None

    def ceilings(self) -> List[replies.Ceiling]:
        """Return each limit: its name, the most that it allows, what was in use before and is in use now."""
        if not self._before:
            return []
        from . import ceilings

        now = ceilings.read()
        return [
            {"name": name, "most": most, "before": self._before[name][1], "used": used}
            for name, (most, used) in now.items()
            if name in self._before
        ]


def describe(error: BaseException, operations: int, standing: Standing) -> replies.Error:
    """All that a reply tells of it."""
    standing.release()
    return {
        "type": type(error).__name__,
        "skip": getattr(error, "is_skip", False),
        "message": str(error)[:MESSAGE],
        "operation": operations,
        "place": place(error) or place(error.__cause__),
        "raised": [_raised(each) for each in _chain(error)],
        "ceilings": standing.ceilings(),
        "traceback": traceback.format_exc()[-MESSAGE:],
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it."""
    seen: List[Optional[BaseException]] = []
    following: Optional[BaseException] = error
    while following is not None and following not in seen and len(seen) < MOST:
        yield following
        seen.append(following)
        following = following.__cause__ or following.__context__


def _raised(error: BaseException) -> replies.Raised:
    number = getattr(error, "errno", None)
    name = errno.errorcode.get(number, "") if isinstance(error, OSError) and isinstance(number, int) else ""
    return {"type": type(error).__name__, "errno": name, "message": " ".join(str(error).split())[:SHORT]}


def place(error: Optional[BaseException]) -> str:
    """Return where it was raised: ``file:line``; of a syntax error, where it is. Empty if that is this wing itself."""
    if isinstance(error, SyntaxError) and error.filename:
        return "%s:%s" % (os.path.basename(error.filename), error.lineno)
    frames = traceback.extract_tb(error.__traceback__) if error else []
    if not frames or os.path.dirname(frames[-1].filename) in _OURS:
        return ""
    return "%s:%s" % (os.path.basename(frames[-1].filename), frames[-1].lineno)
