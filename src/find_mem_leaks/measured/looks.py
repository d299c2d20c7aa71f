"""A look at memory: every quick probe, read once.

The readings of memory are taken together, since some are differences of others. Beside them stand the counts that the
judging side asks for when it opens a stack, each from the file of ``probes`` with its name. They are imported and read
once at opening: an import inside a look would itself be a reading. One that cannot be imported or read costs only
itself: it is left out from there on, and ``unread`` says why. Where none of what may run out is left for a reading, it
is what it was at the look before. An allocator that tells only a part of what it handed
out is noted there too, by the name of the file that reads it, ``heap`` or ``pymalloc``, from the first such look on.
"""

from __future__ import annotations

import errno
import importlib
import operator
import sys
import time
from array import array
from typing import Any, Callable, Dict, Optional, Sequence

from .allocators import objects
from .probes import blocks, elsewhere, heap, pymalloc, resident
from .settling import opcode_caches

Reply = Dict[str, Any]
# Errors of a reading that say nothing of what it reads.
NONE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
# What is known of a stretch beside its readings.
STRETCH = ("operations", "seconds", "calls")
# Characters of an error's message.
MESSAGE = 200


def allocators() -> str:
    """The allocators of Python's objects and of native memory, as in ``pymalloc, glibc 2.36``."""
    return "%s, %s" % (objects.describe(), heap.allocator.describe())


class Looks:
    """What is read at each look.

    Attributes:
        unread: names of the files of ``probes`` that cannot be read or read too little, each with its error.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.unread: Dict[str, str] = {}
        self._counts: Dict[str, Callable[[], int]] = {}
        self._before: Dict[str, int] = {}
        resident.keep_open()
        for name in names:
            self._import(name)
        self._read_counts()

    def _import(self, name: str) -> None:
        try:
            self._counts[name] = importlib.import_module(".probes." + name, __package__).read
        except Exception as error:
            self._give_up(name, error)

    def _give_up(self, name: str, error: Exception) -> None:
        message = " ".join(str(error).split())[:MESSAGE]
        self.unread[name] = "%s: %s" % (type(error).__name__, message)
        self._counts.pop(name, None)

    def look(self) -> Reply:
        """Read every probe; bytes unless it is a count."""
        in_blocks, in_arenas = pymalloc.read()
        handed_out, taken = heap.read()
        self._note_blind("heap", heap.allocator.blind())
        self._note_blind("pymalloc", objects.blind(in_blocks))
        in_caches, caches_blocks = opcode_caches.read()
        return {
            "clock": time.monotonic(),
            "live_bytes": in_blocks + handed_out - in_caches,
            "blocks": blocks.read() - caches_blocks,
            "elsewhere": elsewhere.read(in_arenas + taken),
            "rss": resident.rss(),
            "private": resident.private(),
            "taken": in_arenas + taken,
            "counts": self._read_counts(),
            "unread": self.unread,
        }

    def live_bytes(self) -> int:
        """Read live bytes alone."""
        return int(pymalloc.read()[0] + heap.read()[0])

    def _note_blind(self, name: str, reason: str) -> None:
        if reason:
            self.unread.setdefault(name, reason)

    def _read_counts(self) -> Dict[str, int]:
        counts = {}
        for name, read in tuple(self._counts.items()):
            try:
                counts[name] = self._before[name] = operator.index(read())
            except Exception as error:
                if name in self._before and _is_for_want(error):
                    counts[name] = self._before[name]
                else:
                    self._give_up(name, error)
        return counts


def _is_for_want(error: Exception) -> bool:
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in NONE_LEFT)


class Lowest:
    """The lowest look of a round so far, taken between two operations; held where no look sees what it takes.

    A cache that is emptied now and then takes least right after that, which looks that are far apart seldom meet: so
    live bytes alone are read more often, which takes a tenth of a millisecond, and where they are lower than at any
    look of the round, garbage included, there is a look there and then.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        look = looks.look()
        self._readings = tuple(name for name in look if name not in ("counts", "unread"))
        self._counts = tuple(look["counts"])
        self._values = array("d", [0.0] * (len(STRETCH) + len(self._readings) + len(self._counts)))
        self._least = 0
        self._is_new = False

    def forget(self) -> None:
        """Begin a round: its first look is the lowest."""
        self._least, self._is_new = 0, False

    def glance(self, settle: Callable[[], None], *stretch: float) -> None:
        """Look if live bytes are lower than they were; ``stretch``: the values of ``STRETCH`` by now."""
        if self._looks.live_bytes() < self._least:
            settle()
            look = self._looks.look()
            self._least, self._is_new = look["live_bytes"], True
            readings = [look[name] for name in self._readings]
            counts = [look["counts"].get(name, 0) for name in self._counts]
            for place, value in enumerate((*stretch, *readings, *counts)):
                self._values[place] = value

    def before(self, look: Reply) -> Optional[Reply]:
        """The lowest look of the stretch that this one ends, if it is the round's so far and lower than this one."""
        is_lower = self._is_new and self._least < look["live_bytes"]
        self._is_new = False
        self._least = min(self._least or sys.maxsize, look["live_bytes"])
        if not is_lower:
            return None
        names = STRETCH + self._readings
        counts = dict(zip(self._counts, map(int, self._values[len(names) :])))
        known = {name: counts[name] for name in look["counts"]}
        return {**dict(zip(names, map(_whole, self._values))), "counts": known, "unread": look["unread"]}


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value
