"""Explain every leaking control and mistake; write docs/attribution.md. Takes arguments of the script.

``python scripts/attribution.py PYTHON [-o FILE]`` runs every leaking control of ``tests/controls``, every leaking
workload of ``tests/memory_tests`` and every mistake that leaks in this interpreter, which needs memray and what the
stacks need, and writes a Markdown page. Each marks the lines that allocate what it never releases, or put it where it
stays, with a comment that ends in "leaks". ``HOLDER`` is what the way to what holds it must name.
"""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import judged
import pages
import tool
import truths
from judged import Judged

from find_mem_leaks.culprit import Culprit
from find_mem_leaks.explaining import ranking
from find_mem_leaks.judging.probes import BLOCKS, LIVE_BYTES
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import catalogue

CONTROLS = Path(__file__).parents[1] / "tests" / "controls"
MUTANTS = CONTROLS.parent / "memory_tests"
PAIRS_FOLDER = CONTROLS.parent / "pairs"
MISTAKES = (
    "async_scoped_session_without_remove",
    "mistake_connections_kept",
    "mistake_engine_per_request",
    "mistake_injector_resource_never_shut_down",
    "mistake_listener_per_request",
    "mistake_lru_cache_on_method",
    "mistake_sessions_kept",
    "mistake_table_per_request",
    "mistake_tasks_kept",
)
# A mistake made through code that the stacks share is seen there.
SHARED = ("async_units_of_work.py", "async_scoped_session.py")
# Real leaks of releases, as workloads of tests/pairs: with which packages, on which Python, and what the fix changed.
PAIRS = {
    "cached_property_read_twice": (
        ["propcache==0.4.0"],
        None,
        "a reference that `under_cached_property.__get__`, compiled C, takes once too often",
    ),
    "row_that_refers_back": (
        ["sqlalchemy==1.4.19", "greenlet"],
        "3.9",
        "`BaseRow`, a type in C that the collector could not look into",
    ),
}
# How a holder begins that is no Python object; seconds of operations from which a process's start weighs little.
NO_OBJECT = ("C code", "the operating system", "nothing but")
LONG = 1.0
# By what share the bytes that the culprits are said to keep may differ from the growth.
NEAR = 0.2
PAGE = """# Where it leaks: how often that is right

Made by `{command}` on {python}: every leaking control, every workload after SQLAlchemy's
memory tests and every mistake that leaks, judged, then explained.

- the true line is the first culprit in {first} of {all} ({first_share:.0%}), among the first three in {three}
  ({three_share:.0%});
- what holds it is told in {told} of {all}; in {held} of the {python_objects} in which Python's objects grow it is a
  Python object, with its way to a module, a class or a thread, in the others C code, the operating system or a cycle;
- it is the right one in {right} of {all} ({right_share:.0%}): the first culprit's holder names what the workload says;
- the bytes told of the lines of own code come to the growth, {near:.0%} more or less, in {near_count} of the {of_bytes}
  in which live bytes grow;
- explaining a cell took {cost:.1f} times as long as measuring it in the median, {worst:.1f} times at most (seconds on
  the clock, both, each with the start of its process); against the operations alone, without the looks at memory
  between them, {loop:.1f} times in the median, and {long_loop:.1f} times in the median of the {long} cells whose
  operations took a second or more. It takes {seconds:.1f} s in the median, most of it the start of a process and of
  memray, whatever the cell took.

memray names what Python and libraries allocate. What it does not see (descriptors, threads, memory that is mapped or
asked for by address) is found by reading the counter that convicted at each line of own code; the line at which it
grows as fast as the cell did is the culprit. A float or a frame may come from a free list, and the line that allocates
is then the one that filled the list: the line that puts it into the container that grows is named beside it.

A line is true if it allocates what is kept, or if it puts it where it is kept.

| workload | true line is culprit | holder is right | bytes told | first culprit | holder |
| --- | --- | --- | --- | --- | --- |
{rows}

## Real leaks of releases

Both fixes are in C code, which has no line of Python: the culprit is the own line by which that code is run, and what
it leaks is held by nobody that the collector knows.

| workload | release | first culprit | holder | what the fix changed |
| --- | --- | --- | --- | --- |
{pairs}
"""


def _file(cell: Cell) -> Path:
    return Path(cell.file) if cell.file else catalogue.MEASURED / "stacks" / f"{_name(cell)}.py"


def is_held_right(cell: Cell) -> bool:
    """Return whether the first culprit is said to be held by what its workload says."""
    return Judged(cell, _file(cell), leaks=True).has_true_holder


def share_of_bytes(cell: Cell) -> float | None:
    """The bytes told of lines of own code, which those told of libraries are part of, as a share of the growth; None
    where live bytes do not grow."""
    if LIVE_BYTES.key not in cell.convicted_by or not cell.bytes_per_operation:
        return None
    return ranking.own_bytes(cell.culprits) / cell.bytes_per_operation


def _name(cell: Cell) -> str:
    return re.sub(r"^sqlalchemy\d+x_", "", cell.stack)


def place_of_truth(cell: Cell) -> int | None:
    """Which culprit, from 1, is a true line or allocates in a library on its behalf; None if none does."""
    file, lines = str(_file(cell)), truths.marked(_file(cell))
    for place, culprit in enumerate(cell.culprits, start=1):
        frame = culprit.frame
        if (frame.file == file and frame.line in lines) or Path(frame.file).name in SHARED:
            return place
    return None


def measure(python: str) -> list[Cell]:
    files = [str(path) for folder in (CONTROLS, MUTANTS) for path in sorted(folder.glob("leak_*.py"))]
    return tool.run(*files, *MISTAKES, "-s", "balanced", "-s", "operation", "--python", python, "-v")


def measure_pair(name: str) -> Cell | None:
    """Return None where the Python that it needs is not there."""
    packages, python, _ = PAIRS[name]
    wanted = [word for package in packages for word in ("--with", package)]
    try:
        on = ["--python", python] if python else []
        [cell] = tool.run(str(PAIRS_FOLDER / f"{name}.py"), *wanted, *on, "--quick", "-v")
    except SystemExit:
        return None
    return cell


def row(cell: Cell) -> str:
    share = share_of_bytes(cell)
    figures = ["yes" if is_held_right(cell) else "no", "–" if share is None else f"{share:.0%}"]
    columns = [_name(cell), place_of_truth(cell) or "no", *figures, judged.place(cell), judged.holder(cell)]
    return pages.row(columns)


def pair_row(name: str, cell: Cell | None) -> str:
    packages, _, fix = PAIRS[name]
    columns = [judged.place(cell), judged.holder(cell)] if cell else ["not run", "–"]
    return pages.row([name, packages[0], *columns, fix])


def of_costs(cells: list[Cell]) -> dict[str, float]:
    """Return what the page says of the seconds that explaining took."""
    seconds = [cell.explaining_seconds or 0.0 for cell in cells]
    costs = [spent / cell.wall_seconds for spent, cell in zip(seconds, cells, strict=True)]
    loops = [spent / cell.seconds for spent, cell in zip(seconds, cells, strict=True)]
    return {
        "cost": statistics.median(costs),
        "worst": max(costs),
        "loop": statistics.median(loops),
        "long_loop": statistics.median(loop for loop, cell in zip(loops, cells, strict=True) if cell.seconds >= LONG),
        "long": sum(cell.seconds >= LONG for cell in cells),
        "seconds": statistics.median(seconds),
    }


def page(cells: list[Cell], pairs: dict[str, Cell | None], command: str) -> str:
    places = [place_of_truth(cell) for cell in cells]
    first, three = places.count(1), sum(place is not None and place <= 3 for place in places)
    objects = [cell for cell in cells if BLOCKS.key in cell.convicted_by]
    shares = [share for share in map(share_of_bytes, cells) if share is not None]
    right = sum(map(is_held_right, cells))
    return PAGE.format(
        right=right,
        right_share=right / len(cells),
        near=NEAR,
        near_count=sum(abs(share - 1) <= NEAR for share in shares),
        of_bytes=len(shares),
        command=command,
        python=f"CPython {cells[0].python}, SQLAlchemy {cells[0].sqlalchemy}",
        first=first,
        all=len(cells),
        three=three,
        first_share=first / len(cells),
        three_share=three / len(cells),
        told=sum(any(culprit.holder for culprit in cell.culprits) for cell in cells),
        held=sum(any(map(_is_object, cell.culprits)) for cell in objects),
        python_objects=len(objects),
        **of_costs(cells),
        rows="\n".join(map(row, cells)),
        pairs="\n".join(pair_row(name, cell) for name, cell in pairs.items()),
    )


def _is_object(culprit: Culprit) -> bool:
    """Return whether it is told which Python object holds what the culprit allocates."""
    return culprit.holder is not None and not culprit.holder.startswith(NO_OBJECT)


def main() -> None:
    parser = pages.parser(__doc__)
    parser.add_argument("python", help="an interpreter with memray and what the stacks need")
    arguments = parser.parse_args()
    cells = measure(arguments.python)
    pairs = {name: measure_pair(name) for name in PAIRS}
    pages.write(page(cells, pairs, arguments.command), arguments.output)


if __name__ == "__main__":
    main()
