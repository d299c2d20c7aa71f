"""Growth of each cell's memory hands-off in parts, in MiB: what is behind Diff in the table of rounds (``seed.py``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from find_mem_leaks.judging.verdict import UNMEASURED, Verdict
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.reports.markdown import escape, section
from find_mem_leaks.reports.matrix import in_sections
from find_mem_leaks.reports.parts import NAMES, UNKNOWN, megabytes
from find_mem_leaks.results import Cell

FORMAT = "account"
HEADER = ("Stack", "Method", "Status", "Rounds", "Diff", "Hands-off", "Ops")
LEGEND = (
    "In MB. Diff: growth of resident memory over all rounds of the measured process. Hands-off: that of a second "
    "process, as it is deployed, over Ops operations, with its child processes and shared memory that it left behind; "
    "the columns to the right of Ops are its parts and come to it."
)


def render(cells: Sequence[Cell]) -> str:
    """Return one section per SQLAlchemy series, as the table of rounds has them, and a row per cell."""
    if not cells:
        return ""
    keys = _told(cells)
    return "\n\n".join([*(_section(name, members, keys) for name, members in in_sections(cells)), LEGEND])


def _told(cells: Sequence[Cell]) -> list[str]:
    """Keys of the parts that any of the processes could tell."""
    accounts = [cell.deployed.full_account for cell in cells if cell.deployed]
    return [key for key in NAMES if any(key in account for account in accounts)]


def _section(name: str, cells: Sequence[Cell], keys: Sequence[str]) -> str:
    header = [*HEADER, *(f"{NAMES[key][0].upper()}{NAMES[key][1:]}" for key in keys)]
    lines = section(name, cells, header, lambda cell: [_row(cell, keys)])
    missing = [
        f"- {escape(f'{cell.stack} {cell.scenario}: no hands-off part: {without(cell)}')}"
        for cell in cells
        if not cell.deployed
    ]
    return "\n".join([*lines, *([""] if missing else []), *missing])


def _row(cell: Cell, keys: Sequence[str]) -> Iterator[str]:
    yield from (cell.stack, cell.scenario, SIGNS[cell.verdict], str(len(cell.rounds)))
    yield megabytes(cell.rounds[-1].final_rss - cell.rounds[0].initial_rss) if cell.rounds else UNKNOWN
    if cell.deployed is None:
        yield from [UNKNOWN] * (2 + len(keys))
        return
    account = cell.deployed.full_account
    yield from (megabytes(cell.deployed.growth), f"{cell.deployed.operations:,}")
    yield from (megabytes(account[key]) if key in account else UNKNOWN for key in keys)


def without(cell: Cell) -> str:
    """Return why a cell has no hands-off part."""
    if cell.not_deployed:
        return cell.not_deployed
    if cell.verdict in UNMEASURED:
        return f"the cell {'failed before' if cell.verdict is Verdict.FAILED else 'was skipped'}"
    return "the run was interrupted before" if cell.interrupted else "its record was written before there were any"
