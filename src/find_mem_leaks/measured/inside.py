"""An operation that a test hands over, by the fixture ``leaks``: carried out where the test stands.

The test is run up to that call in this process, with all that it has set up, and goes on when there is no more to be
asked. So nothing of an operation has to leave the process that it was made in.
"""

from __future__ import annotations

import inspect
import logging
import types
import warnings
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Optional, Sequence

from . import tests, user_file

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from . import requests
    from .workload import Workload

# Takes the workload, and the event loop that it is carried out on where one runs; comes back when all is asked.
GoOn = Callable[["Workload", "Optional[AbstractEventLoop]"], None]


class Inside:
    """A plugin of the measured session's, which the fixture knows by its name.

    number: which of the test's operations is to be measured, counted from 1.
    """

    __name__ = "find-mem-leaks-inside"

    def __init__(self, number: int, directory: str, go_on: GoOn) -> None:
        self._left = number
        self._directory = directory
        self._go_on = go_on

    @property
    def is_reached(self) -> bool:
        return self._left <= 0

    def takes_next(self) -> bool:
        """Return whether the operation that the test hands over now is the one."""
        self._left -= 1
        return self._left == 0

    def measure(
        self, operation: Callable[..., object], arguments: Sequence[object], loop: Optional[AbstractEventLoop] = None
    ) -> None:
        """Answer what is asked of the operation; on a loop that runs in another thread, if there is one."""
        quieten()
        tests.stop_tracing()
        awaits = loop is not None or inspect.iscoroutinefunction(operation)
        call = _awaited(operation, arguments) if awaits else _plain(operation, arguments)
        module = types.SimpleNamespace(operation=call)
        self._go_on(user_file.Operations(module, "leaks", self._directory), loop)


def _plain(operation: Callable[..., object], arguments: Sequence[object]) -> Callable[[int], object]:
    return lambda _: operation(*arguments)


def _awaited(
    operation: Callable[..., object], arguments: Sequence[object]
) -> Callable[[int], Coroutine[Any, Any, None]]:
    async def call(_: int) -> None:
        result = operation(*arguments)
        if inspect.isawaitable(result):
            await result

    return call


def quieten() -> None:
    """Keep pytest from noting what an operation logs and warns of, for as long as the test goes on."""
    for handler in logging.getLogger().handlers:
        if type(handler).__module__ == "_pytest.logging":
            vars(handler)["emit"] = _note_nothing
    vars(warnings)["_showwarnmsg_impl"] = _note_nothing


def _note_nothing(_: object) -> None:
    pass


def run(request: requests.Test, directory: str, go_on: GoOn) -> None:
    """Run a test up to the operation that is asked for, and to its end; LookupError if it
    hands over no such operation."""
    inside = Inside(request["operation"], directory, go_on)
    test = tests.Test(request, directory, [inside])
    test.open()
    try:
        test.stretch(0, 1)
    except Exception:
        if not inside.is_reached:
            raise
    if not inside.is_reached:
        raise LookupError("%s does not hand over %d operations again" % (request["nodeid"], request["operation"]))
    test.close()
