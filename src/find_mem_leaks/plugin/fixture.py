"""The fixture ``leaks``: what a test calls with an operation, in pytest's process and in a measured one.

An operation may be any function, such as one that was made in the test, so it is not sent anywhere: a measured process
runs the test itself up to this call and measures what it is given there (``measured/inside.py``).
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from find_mem_leaks.plugin import calls
from find_mem_leaks.plugin.words import Call
from find_mem_leaks.pytest_plugin import MEASURED, NONE, judging

INSIDE = "find-mem-leaks-inside"
# What ``leaks`` returns of an operation that does not leak.
PASSING = ("clean", "bounded", "inconclusive")


class NotJudged(str):
    """In place of a verdict where nothing is judged: equal to each of ``PASSING``, so that no test fails that asserts
    one, and to no other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str(other) in {*PASSING, str(self)}

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


NOT_JUDGED = NotJudged("not judged")


class Leaks:
    """Call it with an operation, and with what the operation is to be called with."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._item: pytest.Item = request.node
        self._config = request.config
        self._inside: Any = request.config.pluginmanager.get_plugin(INSIDE)
        self._number = 0

    def __call__(
        self,
        operation: Callable[..., Any],
        *arguments: Any,
        limit: float | None = None,
        seconds: float | None = None,
    ) -> Any:
        """Judge whether the operation leaks; return the verdict or ``NOT_JUDGED``, in an async test an awaitable of it.

        Args:
            operation: a function or a coroutine function.
            arguments: of the operation.
            limit: bytes per call that it may grow by.
            seconds: seconds that judging may take.

        Raises:
            AssertionError: it leaks, or could not be measured.
        """
        __tracebackhide__ = True
        calls.stop_clock(self._item)
        self._number += 1
        call = calls.operation(self._item, self._number, calls.name(operation), limit, seconds)
        loop = _running_loop()
        if loop is not None:
            return self._judge_async(loop, operation, arguments, call)
        if self._inside is not None and self._inside.takes_next():
            self._inside.measure(operation, arguments)
            return NOT_JUDGED
        _call_once(operation, arguments)
        return self._verdict(call)

    async def _judge_async(
        self, loop: Any, operation: Callable[..., Any], arguments: tuple[Any, ...], call: Call
    ) -> str:
        __tracebackhide__ = True
        if self._inside is not None and self._inside.takes_next():
            await loop.run_in_executor(None, self._inside.measure, operation, arguments, loop)
            return NOT_JUDGED
        result = operation(*arguments)
        if inspect.isawaitable(result):
            await result
        return self._verdict(call)

    def _verdict(self, call: Call) -> str:
        __tracebackhide__ = True
        if MEASURED in os.environ or self._config.getoption("leaks") == NONE:
            return NOT_JUDGED
        answer = judging(self._config).judge(call)
        if answer["fails"]:
            raise AssertionError(answer["message"])
        return answer["verdict"]


def _running_loop() -> Any:
    """The event loop that runs here; None if none does."""
    asyncio = sys.modules.get("asyncio")
    try:
        return asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        return None


def _call_once(operation: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Call it here first: what is wrong with it is shown as any error in a test is."""
    result = operation(*arguments)
    if isinstance(result, Awaitable):
        import asyncio  # noqa: PLC0415

        asyncio.run(_finished(result))


async def _finished(result: Awaitable[Any]) -> None:
    await result
