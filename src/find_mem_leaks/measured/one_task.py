"""One task for all coroutines of a workload, as its main coroutine would be: they share its context variables, and what
``setup()`` opens that belongs to a task (a task group, a cancel scope), ``teardown()`` may close."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Coroutine, Optional, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class OneTask:
    """A task of a loop that stands still between the coroutines which it is given."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._given: asyncio.Future[Coroutine[Any, Any, Any]] = loop.create_future()
        self._result: Any = None
        self._error: Optional[BaseException] = None
        self._task = loop.create_task(self._carry_out())

    def finish(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Carry one out; return what it returns, or raise what it raises."""
        self._given.set_result(coroutine)
        self._loop.run_forever()
        error, self._error = self._error, None
        result: T = self._result
        self._result = None
        if error is not None:
            raise error
        return result

    def end(self) -> None:
        """End the task."""
        self._task.cancel()
        with contextlib.suppress(BaseException):
            self._loop.run_until_complete(self._task)

    async def _carry_out(self) -> None:
        while True:
            coroutine = await self._given
            self._given = self._loop.create_future()
            try:
                self._result = await coroutine
            except BaseException as error:
                self._error = error
            del coroutine
            self._loop.stop()
