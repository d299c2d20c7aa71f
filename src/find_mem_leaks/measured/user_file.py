"""A person's own workload: a file or module with ``operation(i)`` or any number of ``operation_NAME(i)``, and, if
wanted, ``setup()``, ``teardown()`` and ``PARAMETERS``, named values of which each operation is given one."""

from __future__ import annotations

import functools
import importlib
import importlib.machinery
import importlib.util
import inspect
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Callable, Dict

if TYPE_CHECKING:
    from types import SimpleNamespace
    from typing import Union

    from .workload import Result

    Module = Union[ModuleType, SimpleNamespace]

# What a file is imported as that cannot be imported by its own name.
NAME = "workload"
OPERATION = "operation"
PREFIX = OPERATION + "_"
# What stands between the names of an operation and of its value in that of a scenario: no function's name has it.
BETWEEN = "-"


def operations(module: Module) -> Dict[str, Callable[..., Result]]:
    """The operations of a module by the names of scenarios: ``operation``, and NAME of each ``operation_NAME``."""
    found = {}
    for name, value in vars(module).items():
        if (name == OPERATION or name.startswith(PREFIX)) and callable(value):
            found[name[len(PREFIX) :] or OPERATION] = value
    return found


def values(module: Module) -> Dict[str, object]:
    """The values that each operation is measured with, by their names; empty where it is called with ``i`` alone."""
    return {str(name): value for name, value in getattr(module, "PARAMETERS", {}).items()}


class Operations:
    """The same interface as ``StackWorkload``: the scenario's operation is called with 0, 1, 2, … over all rounds.

    Its functions are all plain or all coroutine functions; a ``setup`` with a parameter is given ``place``, a
    directory for files that is gone afterwards, or of a stack that ships its database. TypeError if there is no such
    operation; ``name`` is what the module is called then; ``end`` is called once it is closed or has failed.

    Attributes:
        in_one_task: whether its coroutines are carried out by one task.
    """

    in_one_task = True

    def __init__(
        self,
        module: Module,
        name: str,
        place: str,
        scenario: str = OPERATION,
        end: Callable[[], object] = lambda: None,
    ) -> None:
        function = _named(module, name, scenario)
        self._operation: Callable[[int], Any] = function
        _, _, value = scenario.partition(BETWEEN)
        if value:
            chosen = values(module)[value]
            self._operation = lambda i: function(i, chosen)
        functions = [function, *(getattr(module, other, None) for other in ("setup", "teardown"))]
        self.is_async = any(map(inspect.iscoroutinefunction, functions))
        self._setup = _given(getattr(module, "setup", _nothing), place)
        self._teardown: Callable[[], Result] = getattr(module, "teardown", _nothing)
        awaited = self.is_async and inspect.iscoroutinefunction(function)
        stretch: Callable[[int, int], Result] = self._stretch_async if awaited else self._stretch
        self.stretch = self._wrapped(stretch) if self.is_async else stretch
        self.open = self._wrapped(self._setup) if self.is_async else self._setup
        self.close = self._wrapped(self._teardown) if self.is_async else self._teardown
        self.end = end
        self._done = 0
        self.completed = 0

    def prepare(self, _number: int, _operations: int) -> Dict[str, int]:
        """Prepare nothing: what ``operation(i)`` does is up to the file."""
        return {}

    def check(self) -> None:
        """Check nothing."""

    @staticmethod
    def _wrapped(function: Callable[..., Result]) -> Callable[..., Result]:
        """A coroutine function from a plain one or a coroutine function: setup may be sync where operation is async."""

        async def call(*arguments: object) -> None:
            result = function(*arguments)
            if inspect.isawaitable(result):
                await result

        return call

    def _stretch(self, begin: int, end: int) -> None:
        operation, first = self._operation, self._done
        count = first
        try:
            for count in range(first, first + end - begin):
                result = operation(count)
                if count == 0:
                    _refuse_unfinished(result)
        except BaseException:
            self.completed = count - first
            raise
        self._done = first + end - begin

    async def _stretch_async(self, begin: int, end: int) -> None:
        operation, first = self._operation, self._done
        count = first
        try:
            for count in range(first, first + end - begin):
                await operation(count)
        except BaseException:
            self.completed = count - first
            raise
        self._done = first + end - begin


def _named(module: Module, name: str, scenario: str) -> Callable[..., Result]:
    """The operation of a scenario; TypeError if the module has none of that name."""
    wanted = scenario.partition(BETWEEN)[0]
    try:
        return operations(module)[wanted]
    except KeyError:
        function = OPERATION if wanted == OPERATION else PREFIX + wanted
        raise TypeError("%s has no function %s(i)" % (name, function)) from None


def _refuse_unfinished(result: object) -> None:
    """Raise TypeError for a result that would have to be awaited or iterated for anything to have happened."""
    if inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError("operation(i) returned a %s that nobody runs: make it an async def" % type(result).__name__)


def _nothing() -> None:
    pass


def _given(setup: Callable[..., Result], place: str) -> Callable[[], Result]:
    return functools.partial(setup, place) if inspect.signature(setup).parameters else setup


def load(target: str) -> ModuleType:
    """The module of a file's path or of ``package.module``; raises whatever it raises when it is imported."""
    if os.sep not in target and not target.endswith(".py"):
        sys.path.insert(0, os.getcwd())
        return importlib.import_module(target)
    path = os.path.abspath(target)
    sys.path.insert(0, os.path.dirname(path))
    stem = os.path.splitext(os.path.basename(path))[0]
    if _is_imported_as(stem, path):
        return importlib.import_module(stem)
    loader = importlib.machinery.SourceFileLoader(NAME, path)
    spec = importlib.util.spec_from_file_location(NAME, path, loader=loader)
    if spec is None or spec.loader is None:
        raise ImportError("%s cannot be imported" % target)
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    return module


def _is_imported_as(name: str, path: str) -> bool:
    """Return whether an import of that name has this file: then a process that the workload starts finds its functions
    by it."""
    if not name.isidentifier() or name in sys.modules:
        return False
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin == path
