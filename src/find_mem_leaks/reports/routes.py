"""The routes of applications and the tests of files, a row each: its verdict, what it costs, and where it leaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from find_mem_leaks.judging.verdict import UNMEASURED
from find_mem_leaks.reports import columns
from find_mem_leaks.reports.amounts import MEBIBYTE
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.reports.matrix import Item, is_route
from find_mem_leaks.results import Cell

HEADER: tuple[str, ...] = ("Route", "Verdict", "2xx", "B/request", "Peak MB", "Requests/s", "Line", "Held by")
ANSWERED = "2xx"
OF_TESTS = {"Route": "Test", "B/request": "B/call", "Requests/s": "Calls/s"}
NOTHING = "–"
# The status of a WebSocket that was opened.
OPENED = "101"
# What is said beside routes that several workers of a server served.
OF_ONE = "Under several workers peak, requests a second, line and holder are those of one process that serves alone."
# How processes are called that are a server's own.
WORKER = "worker "


@dataclass(frozen=True)
class Row:
    """A route as all tables show it.

    Attributes:
        item: its cell.
        route: its name, and the versions in which it was measured where there are several of it.
        answered: the share of its answers whose status was from 200 to 299, or 101 of a WebSocket that was opened.
        size: bytes a request that it leaks, or that were ruled out.
        peak, pace: the largest resident memory in MB; requests a second of the process that nobody looked into, one
            sender at work beside it.
        line, holder: of the likeliest culprit.
        remark: why it was not measured, in place of all these.
    """

    item: Item
    route: str
    answered: str
    size: str
    peak: str
    pace: str
    line: str
    holder: str
    remark: str

    @property
    def figures(self) -> tuple[str, ...]:
        """Return what stands under ``header``."""
        verdict = f"{SIGNS[self.item.cell.verdict]} {self.item.cell.verdict}"
        answered = () if self.item.cell.test else (self.answered,)
        return (self.route, verdict, *answered, self.size, self.peak, self.pace, self.line, self.holder)

    @property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Return those of the figures that are numbers, by the names of their columns."""
        return tuple(zip(header(self.item.cell)[2:-2], self.figures[2:-2], strict=True))


def header(cell: Cell) -> tuple[str, ...]:
    """The names of the columns, for a route and those like it, or for a test."""
    return tuple(OF_TESTS.get(name, name) for name in HEADER if name != ANSWERED) if cell.test else HEADER


def rows(items: Sequence[Item]) -> list[Row]:
    """The rows of these cells, in their order."""
    return [_row(item, [other for other in items if other.cell.scenario == item.cell.scenario]) for item in items]


def workers(cell: Cell) -> str:
    """Return by how much each worker of the server grew after the warm-up; empty where one process served."""
    grown = [child for child in cell.children if child.name.startswith(WORKER)]
    if not is_route(cell) or not grown:
        return ""
    return ", ".join(f"{child.name} grew by {child.growth:,} B" for child in sorted(grown, key=lambda each: each.name))


def _row(item: Item, alike: Sequence[Item]) -> Row:
    cell = item.cell
    peak, pace = columns.peak_of(cell), _pace(cell)
    first = next(iter(columns.culprits(cell)), None)
    versions = item.differs_from(alike)
    return Row(
        item=item,
        route=f"{cell.scenario} ({', '.join(versions)})" if versions else cell.scenario,
        answered=_share(cell),
        size=columns.size(cell) or NOTHING,
        peak=f"{peak / MEBIBYTE:.1f}" if peak else NOTHING,
        pace=f"{pace:,.0f}" if pace else NOTHING,
        line=columns.place(first) if first else NOTHING,
        holder=(first.holder if first else None) or NOTHING,
        remark=cell.reason if cell.verdict in UNMEASURED else "",
    )


def of_one(cells: Iterable[Cell]) -> str:
    """Return what some of the figures are not of, where several workers served; else empty."""
    return OF_ONE if any(map(workers, cells)) else ""


def others(cell: Cell) -> str:
    """Return how often it gave answers of other statuses; empty if it gave none."""
    number = sum(cell.answers.values())
    statuses = [f"{count:,} of {status}" for status, count in cell.answers.items() if not _is_right(status)]
    return f"of {number:,} answers {', '.join(statuses)}" if statuses else ""


def _is_right(status: str) -> bool:
    return status.startswith("2") or status == OPENED


def _share(cell: Cell) -> str:
    """Rounded down: 100% is all of them."""
    number = sum(cell.answers.values())
    right = sum(count for status, count in cell.answers.items() if _is_right(status))
    return f"{100 * right // number}%" if number else NOTHING


def _pace(cell: Cell) -> float | None:
    """Operations a second, of the process that nobody looked into where there was one."""
    operations, seconds = cell.operations, cell.seconds
    if cell.deployed:
        operations, seconds = cell.deployed.operations, cell.deployed.seconds
    return operations / seconds if seconds else None
