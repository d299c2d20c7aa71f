"""A control that leaks: async_scoped_session by current task, with a commit but no remove() after a unit of work."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

from . import async_scoped_session

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")
TRUTH = "leaking"  # the registry keeps every task's session: its scope function names a task that never comes back
HOLDER = "ScopedRegistry.registry"


class Stack(async_scoped_session.Stack):
    async def _unit_of_work(self, operation: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        await operation(self._session, *arguments)  # leaks
        await self._session.commit()
