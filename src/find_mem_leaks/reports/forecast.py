"""When cells reach a limit on memory, a line for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from find_mem_leaks.judging.forecast import Forecast, Standing, forecast, reached_at
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import amounts
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.results import Cell

LEGEND = "Operations are counted from the start of a process; one is taken for one request."


def lines(cells: Sequence[Cell], limit: int | None) -> Iterator[str]:
    """Say of each cell when it reaches ``limit`` bytes; nothing where no limit is asked for."""
    if limit is None or not cells:
        return
    yield f"A limit of {amounts.limit(limit)} on resident memory:"
    for cell in cells:
        yield f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: {words(cell, limit)}"
    yield LEGEND


def words(cell: Cell, limit: int) -> str:
    """Return when a cell reaches a limit, or why nothing is said of it."""
    if cell.verdict is Verdict.FAILED or not cell.rounds:
        return (
            "nothing is forecast, since it failed" if cell.error else "nothing is forecast, since nothing was measured"
        )
    seen = _seen(cell, limit)
    if seen is not None:
        begin = f"{amounts.megabytes(_begin(cell))} MB before the first operation"
        return f"reached within {seen:,} operations ({begin})" if seen else f"too low: it has {begin}"
    if cell.verdict in {Verdict.CLEAN, Verdict.BOUNDED}:
        return _of_steady(cell)
    if cell.interval is None or cell.bytes_per_operation is None:
        return "nothing is forecast, since too little was measured"
    standing = Standing(_operations(cell), _rss(cell), Interval(cell.bytes_per_operation, *cell.interval))
    return _of_growing(forecast(limit, standing), is_leaking=cell.verdict is Verdict.LEAKING)


def _of_steady(cell: Cell) -> str:
    highest = _highest(cell)
    grown = amounts.megabytes(max(0, highest - _begin(cell)))
    return (
        f"{cell.verdict}, so not reached by growth; resident memory stayed within {grown} MB over "
        f"{_operations(cell):,} operations, {amounts.megabytes(highest)} MB at most"
    )


def _of_growing(outlook: Forecast, *, is_leaking: bool) -> str:
    if outlook.earliest == inf:
        return "not reached by growth of memory"
    when = amounts.operations(outlook.expected, outlook.earliest, outlook.latest)
    text = f"reached after {when}" if is_leaking else f"undecided; if it grows, reached after {when}"
    most = outlook.max_requests
    if most is None or not is_leaking:
        return text
    return (
        f"{text}; `--max-requests {most}` (gunicorn) or `--limit-max-requests {most}` (uvicorn) keeps a worker under it"
    )


def _seen(cell: Cell, limit: int) -> int | None:
    """Operations after which the limit was seen to be reached."""
    if cell.deployed:
        return reached_at(limit, cell.deployed)
    operations = 0
    if _begin(cell) >= limit:
        return 0
    for round_ in cell.rounds:
        operations += round_.operations
        if round_.final_rss >= limit:
            return operations
    return None


def _begin(cell: Cell) -> int:
    return int(cell.deployed.begin["rss"]) if cell.deployed else cell.rounds[0].initial_rss


def _rss(cell: Cell) -> int:
    """Resident memory after the last operation, of the process as it is deployed where there was one."""
    return int(cell.deployed.end["rss"]) if cell.deployed else cell.rounds[-1].final_rss


def _operations(cell: Cell) -> int:
    return cell.deployed.operations if cell.deployed else sum(round_.operations for round_ in cell.rounds)


def _highest(cell: Cell) -> int:
    if cell.deployed:
        return max(int(cell.deployed.begin["rss"]), *cell.deployed.rss)
    return max(cell.rounds[0].initial_rss, *(round_.final_rss for round_ in cell.rounds))
