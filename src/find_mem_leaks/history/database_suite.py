"""The base of the asv suite's classes for drivers: sessions on a server, and the scenarios of the driver itself.

Like ``suite``, it comes from the working tree and imports nothing but the standard library. The server is one that
runs, or one of the tool's own: where there is none, and where the driver is not installed, the figures are n/a.
"""

from __future__ import annotations

import os
import re
import subprocess
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from . import suite
from .figures import Figures
from .suite import BALANCED, QUICK, REGULAR, TIME_CAP, Suite
from .together import Wanted

# What a driver is used for by itself, on any server, and on some.
EVERYWHERE = ("new_statements", "reconnect", "errors", "large_results", "pool_overflow", "json_and_arrays", "cancelled")
ON_POSTGRESQL = (*EVERYWHERE, "listen_notify")
# Where drivers keep something of their own: what the regular profile measures of these.
KEPT = ("new_statements", "reconnect", "errors")
# The module of the tool that starts a server for another process, and how it is told to end it: its input ends.
SERVER = "find_mem_leaks.database_servers"
VARIABLES = {"postgresql": "FIND_MEM_LEAKS_POSTGRESQL_URL", "mysql": "FIND_MEM_LEAKS_MYSQL_URL"}


class DatabaseSuite(Suite):
    """A driver. A concrete class names it as ``database``, and whether it is the ``sync`` or ``async`` one.

    The balanced scenario is that of plain sessions, the others are those of the stack about drivers. The quick profile
    measures it only on a server that runs already: starting one for each peak alone takes longer than the profile may.
    """

    database: ClassVar[str]
    style: ClassVar[str]
    params = (*BALANCED, *EVERYWHERE)
    quick = BALANCED
    regular = (*BALANCED, *KEPT)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.stack = f"{cls.style}_session"

    @abstractmethod
    def setup_cache(self) -> dict[str, Figures]:
        """Return the figures of each scenario; asv hands them to every method."""

    def stack_of(self, scenario: str) -> str:
        """The stack that has a scenario."""
        return self.stack if scenario in BALANCED else f"{self.style}_driver"

    def name_of(self, scenario: str) -> str:
        return f"{self.stack_of(scenario)}_{self.database.partition('+')[2]}"

    def target(self, stacks: Sequence[str] = ()) -> list[str]:
        """Both of its stacks on its database: those that are given are told theirs by the options of the call."""
        if stacks:
            return super().target(stacks)
        own = dict.fromkeys(map(self.stack_of, self.params))
        return [*super().target([*own]), "--database", self.database]

    def _calls(self) -> Iterator[tuple[Sequence[str], list[str]]]:
        if suite.PROFILE == QUICK and not self._is_running(os.environ):
            return
        options = ["--quick"] if suite.PROFILE == QUICK else ["--time-cap", str(TIME_CAP)]
        scenarios = {QUICK: self.quick, REGULAR: self.regular}.get(suite.PROFILE, self.params)
        for stack in dict.fromkeys(map(self.stack_of, scenarios)):
            yield [name for name in scenarios if self.stack_of(name) == stack], options

    def _want(self, scenarios: Sequence[str], options: Sequence[str]) -> Wanted:
        stack = self.stack_of(scenarios[0])
        known = tuple(name for name in self.params if self.stack_of(name) == stack)
        kind = f"{self._server} {self.style}"
        return Wanted(stack, known, tuple(scenarios), tuple(options), self.database, kind)

    @property
    def _server(self) -> str:
        return self.database.partition("+")[0]

    def _is_running(self, environment: Mapping[str, str]) -> bool:
        """Return whether a server that runs is named."""
        return bool(environment.get(VARIABLES[self._server]))

    @contextmanager
    def opening(self, scenario: str) -> Iterator[dict[str, Any]]:
        with self._serving(os.environ) as url:
            own = re.sub(r"^[^:]+", self.database, url, count=1)
            yield {"stack": self.stack_of(scenario), "database": own}

    @contextmanager
    def _serving(self, environment: Mapping[str, str]) -> Iterator[str]:
        """The URL of a server that runs, or of one that runs until this is left."""
        running = environment.get(VARIABLES[self._server])
        if running:
            yield running
            return
        command = [*self.command()[:-1], SERVER, self._server]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            try:
                yield server.stdout.readline().strip()
            finally:
                server.stdin.close()
                server.wait()
