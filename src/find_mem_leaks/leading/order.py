"""What one cell is to be measured with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.measured import requests
from find_mem_leaks.subjects import databases
from find_mem_leaks.subjects.databases import Database, Server
from find_mem_leaks.subjects.scenarios import Scenario


@dataclass(frozen=True)
class Order:
    """What one cell is to be measured with.

    Attributes:
        stack, scenario: what is measured, and how it is loaded.
        seed: random seed for the order of operations and the lengths of rounds.
        rules: what its verdict takes.
        time_cap: seconds that the auto protocol may take.
        grace: seconds more that it may take for the operations without which there is no acquittal (``fewest``).
        stall: seconds without an answer after which a process counts as hung.
        concurrency: concurrent requests, of a served stack.
        rounds: number of rounds of the fixed protocol; None for auto.
        file: a person's own workload; None for a stack that ships.
        database: what it works on; None for a SQLite file of a stack that ships, or what its file opens itself.
        application: of an application, where it is and its routes, as the measured process is told; None for others.
        test: of a test, where it is, as the measured process is told; None for others.
        variables: of its environment, those that differ from ours.
        options: those of the call, as far as nothing else of the cell tells of them, without secrets.
        skipped: why the cell is not measured at all; empty if it is.
        refused: why the cell cannot be measured, and fails; empty if it can.
        remark: what is to be known of its growth, one line; empty if nothing is.
        unseen: why what lies behind what is measured stays unseen, so that it is not acquitted; empty if nothing does.
        truth: of a control, the verdict that is known to be true.
        label: what the cell calls the stack; None for its name.
        beyond: how many times as many operations the auto protocol carries out as the verdict took.
    """

    stack: str
    scenario: Scenario
    seed: int
    rules: Rules
    time_cap: float
    stall: float
    concurrency: int = 1
    rounds: int | None = None
    file: str | None = None
    truth: str | None = None
    label: str | None = None
    beyond: float = 1.0
    grace: float = 0.0
    application: requests.Where | None = None
    test: requests.Test | None = None
    database: Database | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    skipped: str = ""
    refused: str = ""
    remark: str = ""
    unseen: str = ""

    def at(self, server: Server) -> Order:
        """Return the same on a server."""
        return self.on(self.database.at(server)) if self.database else self

    def on(self, database: Database) -> Order:
        """Return the same on a database that there is; a person's own workload is told of it by a variable."""
        told = {databases.VARIABLE: database.url} if self.file and database.url else {}
        return replace(self, database=database, variables={**self.variables, **told})

    @property
    def alone(self) -> Order:
        """The same for one process where several workers of a server would carry it out."""
        if self.application is None:
            return self
        return replace(self, application={**self.application, "workers": 1})

    @property
    def protocol(self) -> str:
        return "auto" if self.rounds is None else "fixed"
