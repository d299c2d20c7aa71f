"""What would help: each change that was tried, what it came to, and a sentence of what that says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from find_mem_leaks.judging.trials import Compared, Saving, Trial, compare
from find_mem_leaks.reports import terminal
from find_mem_leaks.reports.amounts import megabytes
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.results import Cell

HEADER = ("Change", "RSS MB", "Growth MB", "Peak MB", "Op/s", "Speed", "CPU/op")
NONE = "–"
# From this share on that the same run is slower a second time, speeds are not to be gone by.
UNSTEADY = 0.1


def render(cells: Sequence[Cell], to: Console) -> None:
    """Print a table and its sentences for each cell that changes were tried on."""
    for cell in cells:
        name = f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}"
        if cell.trials:
            to.print(Text(f"{name}: what would help"))
            to.print(_table(cell.trials))
        for line in sentences(cell.trials) if cell.trials else [f"{name}: {_untried(cell)}"]:
            to.print(Text(line))


def _untried(cell: Cell) -> str:
    """Return why nothing was tried."""
    reason = cell.error or cell.not_deployed
    return f"no change was tried, since nothing was carried out hands-off{f' ({reason})' if reason else ''}"


def _table(trials: Sequence[Trial]) -> Table:
    table = terminal.table(HEADER, HEADER[:1])
    for row in rows(trials):
        table.add_row(*map(Text, row))
    return table


def rows(trials: Sequence[Trial]) -> list[tuple[str, ...]]:
    """The figures under ``HEADER``, in the order in which they were tried; a dash where there is none.

    Speed and the processor's time for an operation are those of the first run times so much.
    """
    return [_row(trial, trials[0]) for trial in trials]


def _row(trial: Trial, first: Trial) -> tuple[str, ...]:
    if trial.error:
        return (trial.name, *[NONE] * (len(HEADER) - 1))
    sizes = (megabytes(size) for size in (trial.rss, trial.growth, trial.peak))
    return (trial.name, *sizes, f"{trial.pace:,.0f}", _times(trial.pace, first.pace), _times(trial.cost, first.cost))


def _times(figure: float, first: float) -> str:
    return f"{figure / first:.2f}" if first else NONE


def sentences(trials: Sequence[Trial]) -> list[str]:
    """Return what helps, what does not, and what could not be tried."""
    compared = compare(trials)
    helping = list(_of_savings(compared)) if compared else []
    return [*helping, *(f"{trial.name}: {trial.error}" for trial in trials if trial.error)]


def _of_savings(compared: Compared) -> Iterator[str]:
    first = compared.first
    grown = f"{megabytes(first.growth)} MB that resident memory grew by over {first.operations:,} operations"
    if not compared.is_telling:
        yield f"The {grown} are too little to tell what gives growth back."
    elif compared.helping:
        yield f"Given back, of the {grown}: {_listed(compared.helping, 'by')}."
    else:
        yield f"Nothing that was tried gives back a tenth of the {grown}."
    if compared.is_telling and compared.saving:
        yield f"Less than a tenth: {_listed(compared.saving, 'by')}."
    if compared.is_telling and compared.costing:
        yield f"It grew by more: {_listed(compared.costing, 'with')}."
    if compared.unsteadiness > UNSTEADY:
        differ = f"Speed differs by {100 * compared.unsteadiness:.0f} % between the two runs as it is"
        yield f"{differ}: the machine is busy, or the runs are short. CPU/op says more."


def _listed(savings: Sequence[Saving], word: str) -> str:
    return ", ".join(f"{megabytes(abs(each.bytes))} MB {word} {each.trial.name}" for each in savings)
