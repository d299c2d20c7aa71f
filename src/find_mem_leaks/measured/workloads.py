"""What a round carries out: a stack under a plan, brought back to the same rows before every round."""

from __future__ import annotations

import importlib
import inspect
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Sequence

from . import plan

if TYPE_CHECKING:
    from . import requests
    from .workload import Database, Result, Workload


def load(request: requests.Open) -> Workload:
    """The workload that an ``open`` request asks for: an application, a test, a person's own file, or a stack."""
    application = request.get("application")
    if application:
        from . import served_applications

        return served_applications.load(application, request)
    test = request.get("test")
    if test:
        from . import tests

        return tests.Test(test, request["directory"])
    from . import user_file

    file = request.get("file")
    if file:
        module = user_file.load(file)
        scenario = request.get("scenario", user_file.OPERATION)
        return user_file.Operations(module, file, request["directory"], scenario)
    return _of_stack(request)


def _of_stack(request: requests.Open) -> Workload:
    """The workload of a stack that ships, by the shape of its module."""
    from . import user_file

    module = importlib.import_module(".stacks." + request["stack"], __package__)
    if not hasattr(module, "Stack"):
        if not getattr(module, "ON_DATABASE", False):
            return user_file.Operations(module, request["stack"], request["directory"])
        database = _database(request)
        return user_file.Operations(module, request["stack"], database.url, request["scenario"], database.drop)
    database = _database(request)
    stack = module.Stack(database.url)
    if hasattr(stack, "requests"):
        from .served import ServedWorkload

        return ServedWorkload(stack, database, request)
    return StackWorkload(stack, database, request["mix"] or (), request["seed"], request["capacity"])


def _database(request: requests.Open) -> Database:
    """Return what the request's stack works on: a new database on the server that it names, else a SQLite file."""
    url = request.get("database")
    if url:
        from .blog.server import ServerDatabase

        return ServerDatabase(url)
    from .blog.database import File  # which imports sqlite3: no part of a person's own workload

    return File(os.path.join(request["directory"], "database.sqlite"))


class StackWorkload:
    """One of the stacks that ship, on a database of its own.

    The live rows always have the ids ``low`` to ``high - 1``: a create adds one on top, a delete takes the lowest,
    so no list of ids is kept that would itself grow.
    """

    def __init__(self, stack: Any, database: Database, mix: Sequence[float], seed: int, capacity: int) -> None:
        self.stack = stack
        self.database = database
        self.is_async = inspect.iscoroutinefunction(stack.create)
        self.open: Callable[[], Result] = stack.open
        self.close: Callable[[], Result] = stack.close
        self.stretch: Callable[[int, int], Result] = self._stretch_async if self.is_async else self._stretch
        self._mix = mix
        self._seed = seed
        self._plan = bytearray(capacity)
        self._low = self._high = 1
        self.completed = 0

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        """Set the rows and the plan for round ``number``; return how often each kind of operation stands in it."""
        counts = plan.fill(self._plan, self._mix, operations, "%d/%d" % (self._seed, number))
        self._low, self._high = 1, counts[plan.DELETE] + 2
        self.database.fill(self._high - self._low)
        return dict(zip(plan.KINDS, counts))

    def check(self) -> None:
        """Raise RuntimeError unless the file holds as many posts as the plan's creates and deletes leave."""
        found, expected = self.database.count(), self._high - self._low
        if found != expected:
            raise RuntimeError("the plan leaves %d posts, the database holds %d" % (expected, found))

    def end(self) -> None:
        """Drop the database, once the stack is closed or has failed."""
        self.database.drop()

    def _stretch(self, begin: int, end: int) -> None:
        stack, kinds = self.stack, self._plan
        create, read, update, delete = stack.create, stack.read, stack.update, stack.delete
        low, high, position = self._low, self._high, begin
        try:
            for position in range(begin, end):
                kind = kinds[position]
                if kind == plan.CREATE:
                    create()
                    high += 1
                elif kind == plan.READ:
                    read(low + position * plan.STRIDE % (high - low))
                elif kind == plan.UPDATE:
                    update(low + position * plan.STRIDE % (high - low))
                else:
                    delete(low)
                    low += 1
        except BaseException:
            self.completed = position - begin
            raise
        self._low, self._high = low, high

    async def _stretch_async(self, begin: int, end: int) -> None:
        stack, kinds = self.stack, self._plan
        create, read, update, delete = stack.create, stack.read, stack.update, stack.delete
        low, high, position = self._low, self._high, begin
        try:
            for position in range(begin, end):
                kind = kinds[position]
                if kind == plan.CREATE:
                    await create()
                    high += 1
                elif kind == plan.READ:
                    await read(low + position * plan.STRIDE % (high - low))
                elif kind == plan.UPDATE:
                    await update(low + position * plan.STRIDE % (high - low))
                else:
                    await delete(low)
                    low += 1
        except BaseException:
            self.completed = position - begin
            raise
        self._low, self._high = low, high
