"""A throw-away server of a kind, for as long as it is wanted."""

from __future__ import annotations

from contextlib import ExitStack

from find_mem_leaks.database_servers import mariadb, postgresql
from find_mem_leaks.subjects import databases


def started(kind: str, throw_away: ExitStack) -> str:
    """Start one that lasts as long as ``throw_away``; return its URL. UsageError if there is none to be had."""
    if kind == databases.POSTGRESQL:
        return postgresql.url(throw_away.enter_context(postgresql.server()))
    return mariadb.url(throw_away.enter_context(mariadb.server()))
