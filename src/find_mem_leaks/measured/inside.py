"""An operation that a test hands over, by the fixture ``leaks``: carried out where the test stands.

The test is run up to that call in this process, with all that it has set up, and goes on when there is no more to be
asked. So nothing of an operation has to leave the process that it was made in.
"""

from __future__ import annotations

import inspect
import logging
import types
import warnings
from typing import Any, Callable, Dict, Optional, Sequence

from . import tests, user_file

# Takes the workload, and the event loop that it is carried out on where one runs; comes back when all is asked.
GoOn = Callable[[Any, Optional[Any]], None]


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

    def measure(self, operation: Callable[..., Any], arguments: Sequence[Any], loop: Optional[Any] = None) -> None:
        """Answer what is asked of the operation; on a loop that runs in another thread, if there is one."""
        quieten()
        tests.stop_tracing()
        call = _awaited(operation, arguments) if loop is not None or inspect.iscoroutinefunction(operation) else None
        module = types.SimpleNamespace(operation=call or (lambda _: operation(*arguments)))
        self._go_on(user_file.Operations(module, "leaks", self._directory), loop)


def _awaited(operation: Callable[..., Any], arguments: Sequence[Any]) -> Callable[[int], Any]:
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


def _note_nothing(_: Any) -> None:
    pass


def run(request: Dict[str, Any], go_on: GoOn) -> None:
    """Run the test of an ``open`` request up to the operation that is asked for, and to its end; LookupError if it
    hands over no such operation."""
    asked = request["test"]
    inside = Inside(asked["operation"], request["directory"], go_on)
    test = tests.Test(request, [inside])
    test.open()
    try:
        test.stretch(0, 1)
    except Exception:
        if not inside.is_reached:
            raise
    if not inside.is_reached:
        raise LookupError("%s does not hand over %d operations again" % (asked["nodeid"], asked["operation"]))
    test.close()
