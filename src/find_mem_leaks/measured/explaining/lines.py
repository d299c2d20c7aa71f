"""Which line makes a counter grow: the counter is read around each line of the workload's own code while it runs.

This sees whatever has a counter, by whichever way it is asked for: memory that a library maps or takes from malloc by
its address, file descriptors, threads, entries of a container. A growth belongs to the line that ran since the reading
before; what code of a library does belongs to the own line that called it.

Cannot see: threads that ran before it began and are not in a pool, before CPython 3.12 (``threads``), and growth while
none of the own code runs; what two threads do at once is told as one line's.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Tuple

from .. import callers, clock
from . import counters, threads
from .counters import Counter, Point

if TYPE_CHECKING:
    from .. import replies, requests
    from ..workload import Wait, Workload

Frames = Tuple[Tuple[str, str, int], ...]
# What ``sys.settrace`` takes, and what that returns.
Trace = Callable[[FrameType, str, Any], Any]

_WING = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Folders of this wing whose files are the workload's own code, and the one file of theirs that is not.
_OWN = tuple(os.path.join(_WING, name, "") for name in ("stacks", "blog"))
_DATABASE = os.path.join(_WING, "blog", "database.py")
# Files of ours whose frames call an operation: they and what is outside of them tell nothing.
HARNESS = frozenset(
    file
    for file in (os.path.join(folder, name) for folder, _, names in os.walk(_WING) for name in names)
    if file == _DATABASE or not file.startswith(_OWN)
)
# Code that stands inside a line: what it does is that line's, and reading around each turn of a loop would take long.
INLINE = frozenset(["<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"])
# Growths of a line that are enough to tell its rate, and operations between two looks at the clock.
ENOUGH = 10
LONGEST = 500
_LIBRARY = re.compile(r"/lib(64)?/python3\.\d+/|/site-packages/|/dist-packages/")


class Watch:
    """Reads a counter at each line of own code while it is entered; ``stacks`` tells the way to each line that counts.

    own: a file that is the workload's own wherever it lies.
    """

    def __init__(self, counted: Counter, own: Optional[str] = None) -> None:
        self._counted = counted
        self._files: Dict[str, bool] = {own: True} if own else {}
        self._outer: Dict[int, Frames] = {}
        self._at: Optional[Point] = None
        self._around: Frames = ()
        self._before: Optional[Callable[..., Any]] = None
        self.stacks: Dict[Point, Frames] = {}

    def __enter__(self) -> Watch:  # noqa: PYI034 - CPython 3.8 has no Self
        self._counted.forget()
        self._before = sys.gettrace()
        threads.trace(self._call)
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        threads.trace(self._before)
        self._settle()
        self._at = None

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Optional[Trace]:
        code = frame.f_code
        if code.co_name in INLINE or not self._is_own(code.co_filename):
            return None
        self._settle()
        self._outer[id(frame)] = around(frame.f_back)
        self._go_to(frame)
        self._counted.forget()
        return self._line

    def _line(self, frame: FrameType, event: str, _argument: object) -> Trace:
        self._settle()
        if event == "return":
            self._outer.pop(id(frame), None)
            self._go_to(self._caller(frame))
            self._counted.forget()
        elif event == "line":
            self._go_to(frame)
        return self._line

    def _caller(self, frame: FrameType) -> Optional[FrameType]:
        """The own code that goes on when ``frame`` has returned, through whatever library called it."""
        caller = frame.f_back
        while caller is not None and caller.f_code.co_filename not in HARNESS:
            if id(caller) in self._outer:
                return caller
            caller = caller.f_back
        return None

    def _go_to(self, frame: Optional[FrameType]) -> None:
        """What grows from here on is of this line. The frame itself is not kept: it would keep what it holds."""
        if frame is None:
            self._at = None
        else:
            self._at, self._around = (frame.f_code, frame.f_lineno), self._outer.get(id(frame), ())

    def _settle(self) -> None:
        """Book the counter's growth to the line that ran; growth caused by booking is booked to no line."""
        at = self._at
        if self._counted.settle(at):
            if at is not None:
                self.stacks.setdefault(at, ((at[0].co_name, at[0].co_filename, at[1]), *self._around))
            self._counted.forget()

    def _is_own(self, file: str) -> bool:
        own = self._files.get(file)
        if own is None:
            own = self._files[file] = is_own(file)
        return own


def is_own(file: str) -> bool:
    """Return whether a file is code of the workload: of a person's own or of a stack, not of a library and not the
    harness."""
    if file in HARNESS or not file.endswith(".py"):
        return False
    return file.startswith(_WING) or not _LIBRARY.search(file)


def _calls(file: str) -> bool:
    return file in HARNESS or callers.is_caller(file)


def around(frame: Optional[FrameType]) -> Frames:
    """The frames from ``frame`` out to the operation."""
    frames = []
    while frame is not None and not _calls(frame.f_code.co_filename):
        frames.append((frame.f_code.co_name, frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return tuple(frames)


def growing(
    make: Callable[[], Counter], windows: Sequence[Callable[[Counter], None]], own: Optional[str] = None
) -> List[replies.Growing]:
    """Return what grew over two windows, as ``attribution`` tells it: a line's stack, then how often and by how much it
    had grown after the first window, and both after the second. A line may be there twice, counted in both ways.

    make: a new counter, which each window is given.
    """
    ledgers, stacks = [], {}
    for window in windows:
        counted = make()
        with Watch(counted, own) as watch:
            window(counted)
        ledgers.append(counted.end())
        stacks.update(watch.stacks)
    records: List[replies.Growing] = []
    for first, second in zip(*ledgers):
        for point, (times, total) in second.items():
            before, least = first.get(point, (0, 0))
            record: replies.Growing = {"stack": stacks[point], "counts": [before, least, before + times, least + total]}
            if total > 0 and record not in records:
                records.append(record)
    return records


def watch(workload: Workload, wait: Wait, request: requests.Lines) -> replies.Attribute:
    """Carry out ``warm_up`` operations, then two windows of as many as it takes to see what grows by ``rate`` an
    operation, but no more than ``most`` each and, in the first, no longer than ``within`` seconds.

    ``counter``: see there. Returns ``growing`` and ``window``, the operations of each.
    """
    if request["warm_up"]:
        workload.prepare(1, request["warm_up"])
        wait(workload.stretch(0, request["warm_up"]))
    workload.prepare(2, 2 * request["most"])
    done = 0

    def first(counted: Counter) -> None:
        nonlocal done
        stretch = functools.partial(_stretch, workload, wait)
        done = advance(stretch, request["most"], request["within"], lambda count: _is_enough(counted, count, request))

    def second(_: Counter) -> None:
        wait(workload.stretch(done, 2 * done))

    records = growing(lambda: counters.counter(request["counter"]), [first, second], request.get("own"))
    return {"growing": records, "window": done}


def _stretch(workload: Workload, wait: Wait, begin: int, end: int) -> None:
    wait(workload.stretch(begin, end))


def advance(
    stretch: Callable[[int, int], None], most: int, within: float, is_enough: Callable[[int], bool], least: int = 1
) -> int:
    """Carry out at least ``least`` and at most ``most`` operations, until it is enough or ``within`` seconds are over;
    return how many."""
    done, deadline = 0, clock.seconds() + within
    while done < most and (done < least or (clock.seconds() < deadline and not is_enough(done))):
        step = min(max(done, least), most - done, LONGEST)
        stretch(done, done + step)
        done += step
    return done


def _is_enough(counted: Counter, done: int, request: requests.Lines) -> bool:
    """Return whether one line has grown ``ENOUGH`` times, and within a factor of two of all growth expected."""
    expected = request["rate"] * done
    growths = [growth for ledger in counted.ledgers for growth in ledger.values()]
    return any(times >= ENOUGH and expected / 2 < total < expected * 2 for times, total in growths)
