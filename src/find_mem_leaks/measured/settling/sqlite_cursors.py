"""Dead references that the sqlite3 module keeps: brought to what they are right after it has dropped them itself.

A connection keeps a weak reference to each of its cursors and drops the dead ones whenever 200 more were made. Between
two such moments its memory climbs by some 16 kB and falls again, and several connections in a pool do so each in their
own time. Making cursors before a look until that moment comes lets every connection drop its dead references there and
then; a cursor that is alive stays, so one that leaks is still seen.

Not seen: connections that only another thread may use, and those opened in this round.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any, List, Set, Type, TypeVar

from .. import kinds, referents

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

# Cursors after which CPython's Modules/_sqlite/connection.c drops dead references.
PERIOD = 200
# CPython before 3.10 hides connections from its collector: they are found in what refers to them.
_TRACKED = sys.version_info >= (3, 10)

_connections: List[Connection] = []


def find() -> None:
    """Remember the connections that are open now; to be called before objects are set aside from the collector."""
    sqlite3: Any = sys.modules.get("sqlite3")
    if sqlite3 is not None:
        _connections[:] = filter(_is_idle, _instances(sqlite3.Connection))


def _is_idle(connection: Connection) -> bool:
    """Return whether it has no transaction: dropped by the workload, it would keep its locks while remembered here."""
    sqlite3: Any = sys.modules["sqlite3"]
    try:
        return not connection.in_transaction
    except sqlite3.Error:  # closed
        return False


def bookkeeping() -> Set[int]:
    """Identities of the connections' own lists of references to their cursors and statements, and of this module's list
    of connections. Before CPython 3.10 connections do not tell theirs."""
    sqlite3: Any = sys.modules.get("sqlite3")
    connections = _instances(sqlite3.Connection) if sqlite3 is not None else []
    return {id(_connections)} | {id(found) for found in referents.of(*connections) if type(found) is list}


def _instances(kind: Type[T]) -> List[T]:
    everything = gc.get_objects()
    if not _TRACKED:
        everything = referents.of(*everything)
    found = kinds.among(everything, lambda each: issubclass(each, kind))
    return list({id(each): each for each in found}.values())


def drop_dead_references() -> None:
    """To be called right after a collection, when few new objects are waiting for the next."""
    for connection in _connections:
        _make_cursors(connection)


def forget() -> None:
    del _connections[:]


def _make_cursors(connection: Connection) -> None:
    """Each cursor leaves one object more, its dead reference, until the moment when all of those go."""
    sqlite3: Any = sys.modules["sqlite3"]
    make, objects = sqlite3.Connection.cursor, gc.get_count
    before = objects()[0]
    try:
        for _ in range(PERIOD + 1):
            make(connection)
            now = objects()[0]
            if now < before:
                return
            before = now
    except sqlite3.Error:
        pass  # closed, or another thread's
