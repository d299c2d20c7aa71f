"""A throw-away server of a kind, for as long as it is wanted."""

from __future__ import annotations

from contextlib import ExitStack

from find_mem_leaks.database_servers import mariadb, postgresql
from find_mem_leaks.subjects import databases
from find_mem_leaks.subjects.databases import Server


def started(kind: str, throw_away: ExitStack) -> Server:
    """Start one that lasts as long as ``throw_away``. UsageError if there is none to be had."""
    of_kind = postgresql if kind == databases.POSTGRESQL else mariadb
    folder = throw_away.enter_context(of_kind.server())
    return Server(of_kind.url(folder), of_kind.client(folder))
