"""The servers that the jobs of a call work on: those that run, or throw-away ones."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from find_mem_leaks.database_servers import kinds
from find_mem_leaks.errors import UsageError
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects import databases
from find_mem_leaks.subjects.databases import Database, Server


def on_servers(jobs: Sequence[Job], throw_away: ExitStack) -> list[Job]:
    """Return the jobs, each with the URL of its server; one of the run's own lasts as long as ``throw_away``.

    Where a server is not to be had the jobs on it fail, and the others go on; UsageError if there are no others.
    """
    servers: dict[str, Server | UsageError] = {}
    placed = [_on_server(job, servers, throw_away) for job in jobs]
    if placed and all(job.order.refused for job in placed):
        raise UsageError(placed[0].order.refused)
    return placed


def _on_server(job: Job, servers: dict[str, Server | UsageError], throw_away: ExitStack) -> Job:
    database = job.order.database
    if database is None:
        return job
    kind = database.driver.server
    if database.url is None and kind not in servers:
        servers[kind] = _server(kind, throw_away)
    server = Server(database.url) if database.url else servers[kind]
    if isinstance(server, UsageError):
        return replace(job, order=replace(job.order, refused=str(server)))
    return replace(job, order=job.order.at(server))


def server(database: Database, throw_away: ExitStack) -> Server:
    """The server that a database is on; a new one lasts as long as ``throw_away``. UsageError for none."""
    server = Server(database.url) if database.url else _server(database.driver.server, throw_away)
    if isinstance(server, UsageError):
        raise server
    return server


def _server(kind: str, throw_away: ExitStack) -> Server | UsageError:
    """A server that runs, or a new one; or why there is none."""
    running = databases.running(kind)
    try:
        return Server(running) if running else kinds.started(kind, throw_away)
    except UsageError as error:
        return error
