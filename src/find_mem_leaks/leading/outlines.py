"""What a person's own workload has: asked of the interpreter that it is to be measured in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.subjects import applications, workloads
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.workloads import Outline

T = TypeVar("T")


def outline(executable: str, target: str, stall: float, variables: Mapping[str, str] | None = None) -> Outline:
    """The outline of a file or of ``package.module``; UsageError if there is nothing to measure in it.

    Where importing it fails, the file's text says what it can: measuring it will fail too, and tell why.

    Args:
        executable, target: the interpreter and the file.
        stall: seconds that importing it may take.
        variables: of its environment, those that differ from ours.
    """
    try:
        document = answered(executable, variables, lambda worker: worker.ask(stall, do="outline", file=target))
    except (WorkerError, OSError):
        document = None
    return workloads.outline(target, document)


def of_application(
    executable: str, application: Application, stall: float, variables: Mapping[str, str]
) -> applications.Outline:
    """The outline of an application; UsageError where there is none, or it cannot be served."""
    try:
        where = application.where
        document = answered(executable, variables, lambda worker: worker.ask(stall, do="outline", application=where))
    except (WorkerError, OSError) as error:
        raise UsageError(f"{application.name} cannot be imported in {executable}: {error}") from None
    return applications.outline(application, executable, document)


def answered(executable: str, variables: Mapping[str, str] | None, question: Callable[[Worker], Awaitable[T]]) -> T:
    """Return what a measured process answers that is started for this question alone."""

    async def ask() -> T:
        async with Worker(executable, seed=0, settings=variables or {}) as worker:
            return await question(worker)

    return asyncio.run(ask())
