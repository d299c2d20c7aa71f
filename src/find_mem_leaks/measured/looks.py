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
from typing import TYPE_CHECKING, Callable, Dict, List, Sequence

from . import clock
from .allocators import objects
from .probes import blocks, elsewhere, heap, pymalloc, resident
from .settling import collection, opcode_caches

if TYPE_CHECKING:
    from . import replies

# Errors of a reading that say nothing of what it reads.
NONE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
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

    def begin_round(self, find: bool) -> int:
        """Set aside what is alive; find what has a known bound if asked. Bytes of resident memory."""
        if find:
            from .probes import entries, idle
            from .settling import interned

            entries.find()
            idle.find()
            interned.make_room()
        collection.begin_round()
        return resident.rss()

    def end_round(self) -> replies.RoundEnd:
        """Collect everything, and read what only then can be told."""
        rss = resident.rss()
        collection.end_round()
        exact = self.look()
        return {"rss": rss, "anonymous": resident.anonymous(), "peak": resident.peak(), "exact": exact}

    def caps(self) -> List[replies.Cap]:
        """The containers with a known bound."""
        from . import caps

        return caps.find()

    def family(self, most: int) -> Sequence[replies.Process]:
        """The processes below this one."""
        from . import family

        return family.describe(most)

    def look(self) -> replies.Look:
        """Read every probe; bytes unless it is a count."""
        in_blocks, in_arenas = pymalloc.read()
        handed_out, taken = heap.read()
        self._note_blind("heap", heap.allocator.blind())
        self._note_blind("pymalloc", objects.blind(in_blocks))
        in_caches, caches_blocks = opcode_caches.read()
        return {
            "clock": clock.seconds(),
            "live_bytes": in_blocks + handed_out - in_caches,
            "blocks": blocks.read() - caches_blocks,
            "elsewhere": elsewhere.read(in_arenas + taken),
            "rss": resident.rss(),
            "private": resident.private(),
            "taken": in_arenas + taken,
            "counts": self._read_counts(),
            "unread": self.unread,
        }

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
