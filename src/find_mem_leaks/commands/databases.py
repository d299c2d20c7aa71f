"""The servers that the jobs of a call work on: those that run, or throw-away ones."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from find_mem_leaks.database_servers import kinds
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects import databases


def on_servers(jobs: Sequence[Job], throw_away: ExitStack) -> list[Job]:
    """Return the jobs, each with the URL of its server; one of the run's own lasts as long as ``throw_away``.

    UsageError if there is none to be had.
    """
    known: dict[str, str] = {}
    return [_on_server(job, known, throw_away) for job in jobs]


def _on_server(job: Job, known: dict[str, str], throw_away: ExitStack) -> Job:
    database = job.order.database
    if database is None or database.url:
        return job
    kind = database.driver.server
    if kind not in known:
        known[kind] = databases.running(kind) or kinds.started(kind, throw_away)
    return replace(job, order=replace(job.order, database=database.at(known[kind])))
