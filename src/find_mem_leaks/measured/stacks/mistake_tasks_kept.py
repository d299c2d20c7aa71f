"""asyncio tasks put in a set so that none is lost while it runs, and never taken out again."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Set

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import sessionmaker

from ..blog import engines, models

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")
TRUTH = "leaking"  # the set keeps every task that is done, and a task keeps its result and its context
HOLDER = "_tasks"

_sessions: Any = sessionmaker(class_=AsyncSession)
_tasks: Set[Any] = set()


async def setup(directory: str) -> None:
    engine = engines.make_async(os.path.join(directory, "blog.sqlite"))
    async with engine.begin() as connection:
        await connection.run_sync(models.Base.metadata.create_all)
    _sessions.configure(bind=engine)
    async with _sessions() as session, session.begin():  # leaks
        session.add(models.new_post())
    _tasks.clear()


async def operation(_i: int) -> None:
    task = asyncio.create_task(_read_post())  # leaks
    _tasks.add(task)
    await task


async def _read_post() -> None:
    async with _sessions() as session:  # leaks
        await session.get(models.Post, 1)  # leaks
