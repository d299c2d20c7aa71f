"""The command that measures a cell again; three asterisks stand for secrets, which no record holds."""

from __future__ import annotations

import shlex

from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects.catalogue import OPERATION
from find_mem_leaks.subjects.scenarios import SCENARIOS, carried_out

MIX = "mix_"


def command(cell: Cell) -> str:
    """A line for a shell: the same stack, scenario, protocol and versions, as far as the results tell."""
    words = ["find-mem-leaks", "run", cell.test or cell.file or _stack(cell)]
    rest = (*_scenario(cell), *_protocol(cell), *_rules(cell), *_environment(cell), *(cell.options or ()))
    return shlex.join([*words, *rest])


def _stack(cell: Cell) -> str:
    """Return the label without the driver of its database, which is an option."""
    return cell.stack.removesuffix(f"_{cell.database.partition('+')[2]}") if cell.database else cell.stack


def _scenario(cell: Cell) -> list[str]:
    if cell.test or (cell.file and cell.scenario == OPERATION):
        return []
    if cell.mix and cell.scenario.startswith(MIX) and cell.scenario not in SCENARIOS:
        return ["--mix", cell.scenario.removeprefix(MIX).replace("_", "/")]
    return ["-s", carried_out(cell.scenario, cell.rounds[0].operations if _is_fixed(cell) else None)]


def _protocol(cell: Cell) -> list[str]:
    seed = ["--seed", str(cell.seed)] if cell.seed else []
    if not _is_fixed(cell):
        return seed
    return ["--rounds", str(len(cell.rounds)), "--operations", str(cell.rounds[0].operations), *seed]


def _is_fixed(cell: Cell) -> bool:
    return cell.protocol == "fixed" and bool(cell.rounds)


def _rules(cell: Cell) -> list[str]:
    confidence = [] if cell.confidence == Rules().confidence else ["--confidence", exact(cell.confidence)]
    return [*_limit(cell), *confidence]


def _limit(cell: Cell) -> list[str]:
    limit = cell.rules.limit
    is_quick = cell.test or "--quick" in (cell.options or ())
    if cell.test and limit == Rules().limit:
        return ["--no-quick"]
    return [] if limit == (QUICK if is_quick else Rules()).limit else ["--limit", exact(limit)]


def exact(value: float) -> str:
    """The number to its last digit, as people write it."""
    return repr(value).removesuffix(".0")


def _environment(cell: Cell) -> list[str]:
    """An environment of the same Python with the same packages; a person's own is among the options."""
    database = ["--database", cell.database] if cell.database else []
    if cell.file and cell.options is not None:
        return database
    python = ["--python", ".".join(cell.python.split(".")[:2])]
    versions = [f"{package}=={version}" for package, version in cell.packages.items() if version]
    return [*database, *python, *(word for version in versions for word in ("--with", version))]
