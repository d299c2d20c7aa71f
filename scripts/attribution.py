"""How often the culprit is the line that leaks: all leaking controls and mistakes, explained, against their true lines.

``python scripts/attribution.py PYTHON [-o FILE]`` runs every leaking control of ``tests/controls`` and every mistake
that leaks in this interpreter, which needs memray and what the stacks need, and writes a Markdown page. A control marks
the lines that allocate what it never releases with a comment that ends in "leaks"; the lines of the mistakes are below.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from find_mem_leaks import catalogue, commands, results
from find_mem_leaks.results import Cell
from find_mem_leaks.series import Culprit

CONTROLS = Path(__file__).parents[1] / "tests" / "controls"
MARK = re.compile(r"#.*\bleaks$")
# What stands in the lines that allocate what each mistake keeps.
MISTAKES = {
    "async_scoped_session_without_remove": ["await operation(self._session", "asyncio.create_task("],
    "mistake_connections_kept": ["_engine.connect()", "connection.execute("],
    "mistake_engine_per_request": ["create_engine(", "session.get("],
    "mistake_injector_resource_never_shut_down": [
        "request = Request()",
        "request.init_resources()",
        "yield ",
        "session(",
    ],
    "mistake_listener_per_request": ["event.listens_for(", "def report("],
    "mistake_lru_cache_on_method": ["_sessions()", "_posts.title(", "session.get("],
    "mistake_sessions_kept": ["_sessions()", "session.get("],
    "mistake_table_per_request": ["table = Table("],
    "mistake_tasks_kept": ["asyncio.create_task(", "_sessions()", "session.get("],
}
# A mistake made through code that the stacks share is seen there.
SHARED = ("async_units_of_work.py", "async_scoped_session.py")
PAGE = """# Where it leaks: how often that is right

Made by `nox -s attribution` on {python}: every leaking control and every mistake that leaks, judged, then explained.

- the true line is the first culprit in {first} of {all} ({first_share:.0%}), among the first three in {three}
  ({three_share:.0%});
- a holder is named in {held} of the {python_objects} in which Python's objects grow;
- attribution took {cost:.1f} times as long as the operations that were judged, in the median.

Not seen by memray: what ctypes asks of malloc or mmap by address, file descriptors, threads' stacks. A float may come
from a free list, and its line is then the one that filled the list.

| workload | true line is culprit | first culprit | holder |
| --- | --- | --- | --- |
{rows}
"""


def true_lines(cell: Cell) -> set[tuple[str, int]]:
    """File and line of what allocates what the cell keeps."""
    file = Path(cell.file) if cell.file else catalogue.MEASURED / "stacks" / f"{_name(cell)}.py"
    wanted = MISTAKES.get(_name(cell), ())
    return {
        (str(file), number)
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if (cell.file and MARK.search(line)) or any(text in line for text in wanted)
    }


def _name(cell: Cell) -> str:
    return re.sub(r"^sqlalchemy\d+x_", "", cell.stack)


def place_of_truth(cell: Cell) -> int | None:
    """Which culprit, from 1, is a true line or allocates in a library on its behalf; None if none does."""
    truth = true_lines(cell)
    for place, culprit in enumerate(cell.culprits, start=1):
        if _is(culprit, truth):
            return place
    return None


def _is(culprit: Culprit, truth: set[tuple[str, int]]) -> bool:
    frame = culprit.frame
    return (frame.file, frame.line) in truth or Path(frame.file).name in SHARED


def measure(python: str) -> list[Cell]:
    files = [str(path) for path in sorted(CONTROLS.glob("leak_*.py"))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        scenarios = ["-s", "10000_operations", "-s", "operation"]
        commands.call(["run", *files, *MISTAKES, *scenarios, "--python", python, "-v", "--no-table", "-o", str(path)])
        return results.read(path)


def row(cell: Cell) -> str:
    place = place_of_truth(cell)
    first = cell.culprits[0] if cell.culprits else None
    where = f"{Path(first.frame.file).name}:{first.frame.line}" if first else "–"
    holder = (first.holder if first else None) or "–"
    return f"| {_name(cell)} | {place or 'no'} | {where} | {holder} |"


def page(cells: list[Cell], python: str) -> str:
    places = [place_of_truth(cell) for cell in cells]
    first, three = places.count(1), sum(place is not None and place <= 3 for place in places)
    objects = [cell for cell in cells if "blocks" in cell.convicted_by]
    held = sum(any(culprit.holder for culprit in cell.culprits) for cell in objects)
    costs = sorted((cell.explaining_seconds or 0.0) / cell.seconds for cell in cells)
    return PAGE.format(
        python=python,
        first=first,
        all=len(cells),
        three=three,
        first_share=first / len(cells),
        three_share=three / len(cells),
        held=held,
        python_objects=len(objects),
        cost=costs[len(costs) // 2],
        rows="\n".join(map(row, cells)),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("python")
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    cells = measure(arguments.python)
    text = page(cells, f"CPython {cells[0].python}, SQLAlchemy {cells[0].sqlalchemy}")
    if arguments.output:
        arguments.output.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
