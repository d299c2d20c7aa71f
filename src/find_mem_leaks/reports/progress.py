"""What a person sees while cells are measured: on standard error, a bar on a terminal, lines where asked for."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TaskID, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from find_mem_leaks.reports.columns import SIGNS, significant
from find_mem_leaks.results import Cell

QUIET, NORMAL, VERBOSE = range(3)
# How often a cell's line may be written anew: a cheap operation would else keep the tool busy drawing.
REFRESH_SECONDS = 0.2


class Board:
    """The bar over all cells and a line for each that is running; a context manager."""

    def __init__(self, cells: int, verbosity: int) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._verbosity = verbosity
        shown = verbosity > QUIET and self._console.is_terminal
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
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
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._drawn: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def began(self, name: str, total: int | None) -> None:
        self._tasks[name] = self._bar.add_task(name, total=total, rate="starting")
        self._began[name] = self._drawn[name] = time.monotonic()

    def went_on(self, name: str, operations: int) -> None:
        now = time.monotonic()
        if now - self._drawn[name] >= REFRESH_SECONDS:
            self._drawn[name] = now
            rate = operations / (now - self._began[name])
            self._bar.update(self._tasks[name], completed=operations, rate=f"{rate:,.0f} operations/s")

    def ended(self, cell: Cell) -> None:
        name = f"{cell.stack} {cell.scenario}"
        self._bar.remove_task(self._tasks.pop(name))
        self._bar.advance(self._all)
        if self._verbosity >= VERBOSE:
            rate = "" if cell.bytes_per_operation is None else f" {significant(cell.bytes_per_operation)} B/op"
            line = f"{SIGNS[cell.verdict]} {name}: {cell.verdict}{rate} in {cell.wall_seconds:.1f} s; {cell.reason}"
            self._console.print(Text(line))
