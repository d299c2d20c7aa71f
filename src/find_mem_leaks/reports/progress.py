"""What a person sees while cells are measured: on standard error, a bar on a terminal, lines where asked for."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from find_mem_leaks.reports.columns import SIGNS, growth_of
from find_mem_leaks.results import Cell

QUIET, NORMAL, VERBOSE = range(3)
# How often a cell's line may be written anew: a cheap operation would else keep the tool busy drawing.
REFRESH_SECONDS = 0.2


@dataclass(frozen=True)
class _Line:
    """A running cell's line: the bar's handle, when it began and when it was last drawn, in seconds."""

    task: TaskID
    began: float
    drawn: float


class Board:
    """The bar over all cells and a line for each that is running; a context manager."""

    def __init__(self, cells: int, verbosity: int) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._verbosity = verbosity
        shown = verbosity > QUIET and self._console.is_terminal
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),  # names of tests have brackets
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(compact=True),
            console=self._console,
            disable=not shown,
            transient=True,
        )
        self._all = self._bar.add_task("all cells", total=cells, rate="cells")
        self._running: dict[int, _Line] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def began(self, number: int, name: str, operations: int | None) -> None:
        task = self._bar.add_task(name, total=operations, rate="starting")
        self._running[number] = _Line(task, time.monotonic(), time.monotonic())

    def went_on(self, number: int, operations: int) -> None:
        line, now = self._running[number], time.monotonic()
        if now - line.drawn >= REFRESH_SECONDS:
            self._running[number] = replace(line, drawn=now)
            rate = f"{operations / (now - line.began):,.0f} operations/s"
            self._bar.update(line.task, completed=operations, rate=rate)

    def ended(self, number: int, cell: Cell) -> None:
        self._bar.remove_task(self._running.pop(number).task)
        self._bar.advance(self._all)
        if self._verbosity >= VERBOSE:
            parts = (SIGNS[cell.verdict], cell.stack, f"{cell.scenario}:", cell.verdict, growth_of(cell))
            figures = " ".join(filter(None, parts))
            self._console.print(Text(f"{figures} in {cell.waited_seconds:.1f} s; {cell.reason}"), soft_wrap=True)
