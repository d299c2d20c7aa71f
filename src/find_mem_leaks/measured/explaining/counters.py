"""Counters that a line of code can make grow, and a ledger of what each line has added to them.

A counter is either an amount (bytes, blocks, entries of a container) or a set of things with numbers of their own (file
descriptors, threads), of which it can be told which line added the one that has gone.
"""

from __future__ import annotations

import importlib
from types import CodeType
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, Union

# What a line did over a window: how often the counter grew, less how often it shrank, and by how much in sum.
Growth = Tuple[int, int]
Point = Tuple[CodeType, int]
# Growths that may still be given back.
MOST_GIVEN = 200


class Amounts:
    """A counter that is a number, and what each line added to it, counted in two ways: as it is, and with what is given
    back taken from the line that last added as much. Of bytes nobody knows which were given back.
    """

    def __init__(self, read: Callable[[], int]) -> None:
        self._read = read
        self._given: List[Tuple[Point, int]] = []
        self.plain: Dict[Point, Growth] = {}
        self.matched: Dict[Point, Growth] = {}
        self.forget()

    def forget(self) -> None:
        """Begin from here: what has changed since the last reading is nobody's."""
        self._level = self._read()

    def settle(self, at: Optional[Point]) -> bool:
        """Book what has changed to a line, or to none; whether anything has."""
        growth = self._read() - self._level
        if growth and at is not None:
            _add(self.plain, at, growth)
            self._match(at, growth)
        return growth != 0

    def _match(self, at: Point, growth: int) -> None:
        if growth > 0:
            self._given = [*self._given[-MOST_GIVEN:], (at, growth)]
        else:
            for place in range(len(self._given) - 1, -1, -1):
                if self._given[place][1] == -growth:
                    at, _ = self._given.pop(place)
                    break
        _add(self.matched, at, growth)

    @property
    def ledgers(self) -> List[Dict[Point, Growth]]:
        return [self.plain, self.matched]

    def end(self) -> List[Dict[Point, Growth]]:
        return self.ledgers


class Things:
    """A set of things with numbers of their own, and what each line added to it: what goes is taken from its maker.

    hint: reads a number quickly that changes at least whenever a thing is added.
    """

    def __init__(self, read: Callable[[], Set[int]], hint: Callable[[], int]) -> None:
        self._read, self._hint = read, hint
        self._makers: Dict[int, Point] = {}
        self.growth: Dict[Point, Growth] = {}
        self._there, self._hinted = read(), hint()

    def forget(self) -> None:
        if self._hint() != self._hinted:
            self._there, self._hinted = self._read(), self._hint()

    def settle(self, at: Optional[Point]) -> bool:
        if self._hint() == self._hinted:
            return False
        self._book(at)
        return True

    def _book(self, at: Optional[Point]) -> None:
        there = self._read()
        for gone in self._there - there:
            maker = self._makers.pop(gone, None)
            if maker is not None:
                _add(self.growth, maker, -1)
        if at is not None:
            for new in there - self._there:
                self._makers[new] = at
                _add(self.growth, at, 1)
        self._there = there

    @property
    def ledgers(self) -> List[Dict[Point, Growth]]:
        return [self.growth]

    def end(self) -> List[Dict[Point, Growth]]:
        self._book(None)
        return self.ledgers


def _add(growths: Dict[Point, Growth], at: Point, growth: int) -> None:
    times, total = growths.get(at, (0, 0))
    growths[at] = times + (1 if growth > 0 else -1), total + growth


Counter = Union[Amounts, Things]


def counter(name: str) -> Counter:
    """The counter of a probe that convicted: one of ``OF_MEMORY``, or that of the file of ``probes`` with this name."""
    if name in OF_MEMORY:
        return Amounts(OF_MEMORY[name]())
    probe: Any = importlib.import_module("..probes." + name, __package__)
    if hasattr(probe, "numbers"):
        return Things(probe.numbers, probe.hint)
    return Amounts(probe.read)


def _heap() -> Callable[[], int]:
    from ..probes import heap

    return lambda: heap.read()[0]


def _mapped() -> Callable[[], int]:
    return _Mapped().read


def _resident() -> Callable[[], int]:
    from ..probes import resident

    return resident.private


# Counters of memory that are not a probe's ``read``; each is made anew for a window.
OF_MEMORY: Dict[str, Callable[[], Callable[[], int]]] = {"heap": _heap, "mapped": _mapped, "resident": _resident}


class _Mapped:
    """Bytes mapped by none of the allocators. What those have taken is asked only when the mappings have changed."""

    def __init__(self) -> None:
        self._all = self._elsewhere = -1

    def read(self) -> int:
        from ..probes import elsewhere, heap, pymalloc

        mapped = elsewhere.read(0)
        if mapped != self._all:
            self._all, self._elsewhere = mapped, mapped - pymalloc.read()[1] - heap.read()[1]
        return self._elsewhere
