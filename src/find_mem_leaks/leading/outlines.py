"""What a person's own workload has: asked of the interpreter that it is to be measured in."""

from __future__ import annotations

import asyncio
from typing import Any

from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.subjects import workloads
from find_mem_leaks.subjects.workloads import Outline


def outline(executable: str, target: str, stall: float) -> Outline:
    """The outline of a file or of ``package.module``; UsageError if there is nothing to measure in it.

    stall: seconds that importing it may take. Where that fails, the file's text says what it can: measuring it will
    fail too, and tell why.
    """
    try:
        document = asyncio.run(_ask(executable, target, stall))
    except (WorkerError, OSError):
        document = None
    return workloads.outline(target, document)


async def _ask(executable: str, target: str, stall: float) -> dict[str, Any]:
    async with Worker(executable, seed=0, settings={}) as worker:
        return await worker.ask(stall, do="outline", file=target)
