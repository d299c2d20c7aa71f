"""What one cell is to be measured with, and how the measured process is asked."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Protocol

from find_mem_leaks.judging.verdict import Rules
from find_mem_leaks.subjects.scenarios import Scenario


class Ask(Protocol):
    """Send one request to the measured process, wait at most ``seconds`` for its reply."""

    def __call__(self, seconds: float, **request: Any) -> Awaitable[dict[str, Any]]: ...


@dataclass(frozen=True)
class Order:
    """What one cell is to be measured with.

    file: a person's own workload, None for a stack that ships; label: how the cell calls the stack, None for its name;
    time_cap: seconds that the auto protocol may take; stall: seconds without an answer after which a process counts as
    hung; concurrency: requests in flight, of a served stack; rounds: of the fixed protocol, None for auto; truth: of a
    control, the verdict that is known to be true.
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

    @property
    def protocol(self) -> str:
        return "auto" if self.rounds is None else "fixed"
