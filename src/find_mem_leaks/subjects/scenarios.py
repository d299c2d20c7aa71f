"""Scenarios, the loads of a stack: the mixes of create, read, update and delete, and their numbers of operations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from find_mem_leaks.errors import UsageError

Mix = tuple[float, float, float, float]

BALANCED: Mix = (25, 25, 25, 25)


@dataclass(frozen=True)
class Scenario:
    """A load of a stack.

    Attributes:
        name: its name.
        mix: weights of create, read, update, delete; None where there is one kind of operation.
        operations: operations of one round of the fixed protocol.
        is_exact: whether its name says that number: it is always carried out by the fixed protocol.
        is_client: whether it is a client that misbehaves (``clients``), an operation being one time that it does.
    """

    name: str
    mix: Mix | None
    operations: int
    is_exact: bool = False
    is_client: bool = False

    @property
    def shares(self) -> Mix | None:
        """The mix as shares of 1."""
        if self.mix is None:
            return None
        total = sum(self.mix)
        create, read, update, delete = (weight / total for weight in self.mix)
        return create, read, update, delete


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("balanced", BALANCED, 10_000),
        Scenario("10000_operations", BALANCED, 10_000, is_exact=True),
        Scenario("100000_operations", BALANCED, 100_000, is_exact=True),
        Scenario("1000000_operations", BALANCED, 1_000_000, is_exact=True),
        Scenario("create_heavy", (50, 20, 20, 10), 10_000),
        Scenario("read_heavy", (10, 60, 20, 10), 10_000),
        Scenario("update_heavy", (20, 20, 50, 10), 10_000),
        Scenario("delete_heavy", (10, 20, 20, 50), 10_000),
    )
}

# Operations of a round of the fixed protocol where nothing else is said.
OPERATIONS = 10_000

# Those that take as many operations as the verdict needs.
DEFAULT = ("balanced", "create_heavy", "read_heavy", "update_heavy", "delete_heavy")


def carried_out(name: str, operations: int | None) -> str:
    """The name that is true of a scenario that carried out so many operations a round, None if as many as its verdict
    took: a name with another number is that of the balanced one."""
    scenario = SCENARIOS.get(name)
    return DEFAULT[0] if scenario and scenario.is_exact and operations != scenario.operations else name


def from_mix(text: str, operations: int = OPERATIONS) -> Scenario:
    """A scenario of one's own from four weights such as ``30/40/20/10``: create, read, update, delete."""
    advice = "a mix is four numbers, create/read/update/delete, such as 30/40/20/10"
    try:
        weights = tuple(float(part) for part in text.split("/"))
    except ValueError:
        raise UsageError(f"{text!r} is not a mix: {advice}") from None
    if len(weights) != 4 or not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        raise UsageError(f"{text!r} is not a mix: {advice}")
    if sum(weights) == 0:
        raise UsageError(f"the mix {text!r} sums to 0: give at least one kind of operation a weight")
    create, read, update, delete = weights
    return Scenario(f"mix_{text.replace('/', '_')}", (create, read, update, delete), operations)
