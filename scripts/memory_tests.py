"""Judge and explain the workloads after SQLAlchemy's memory tests; write docs/memory-tests.md.

``python scripts/memory_tests.py PYTHON [-o FILE]`` runs ``tests/memory_tests`` in this interpreter, which needs
SQLAlchemy, two cells at once, and writes a Markdown page. Exit code 1 if a verdict differs from its truth.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Sequence

import judged
import pages
import tool
import truths
from judged import Judged
from truths import LEAKING, Control

FOLDER = truths.CONTROLS.parent / "memory_tests"
# Among so many culprits the true line must be.
FIRST = 2
COUNTED = """\
- {acquitted} of {clean} that do not leak are clean or bounded, {accused} called leaking;
- {convicted} of {leaking} that leak are called leaking; the true line is among the first two in {lines}, and what holds
  it is named by its right name in {holders}.
"""
TABLE = """
| workload | verdict | B/op | seconds | first line | true | holder of the first line |
| --- | --- | ---: | ---: | --- | --- | --- |
{rows}
"""
PAGE = f"""# After SQLAlchemy's memory tests

What the tool says of the workloads of `tests/memory_tests`, whose truth is proved by a plain loop
(`scripts/plain_loop.py`): names that begin with `leak_` leak, the others do not.

Made by `{{command}}` on {{python}}, SQLAlchemy {{sqlalchemy}}, two cells at once: {{seconds:.0f}} s in all.

{COUNTED}
Seconds are those that a person waits, explanation included. A line is true if it is marked in the file; a holder, if
the path of one of the first two culprits has the name that the file says (`HOLDER`). What differs from the truth is
bold.
{TABLE}"""


def measure(python: str, chosen: Sequence[Control], *options: str) -> list[Judged]:
    """Return what came of the workloads, in their order; ``options`` are of `run`."""
    files = [str(control.path) for control in chosen]
    cells = {cell.stack: cell for cell in tool.run(*files, *options, "--python", python, "-j", "2", "-v")}
    return [Judged(cells[each.name], each.path, each.truth == LEAKING, FIRST) for each in chosen]


def row(each: Judged) -> str:
    cell = each.cell
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:,.3g}"
    culprit = ["–", "–", "–"]
    if each.leaks:
        holder = bold(judged.holder(cell, "none"), unless=each.has_true_holder)
        culprit = [judged.place(cell, "none"), "yes" if each.has_true_line else "**no**", holder]
    verdict = bold(cell.verdict.value, unless=each.is_right)
    return pages.row([each.file.stem, verdict, size, f"{cell.waited_seconds:.0f}", *culprit])


def bold(text: str, *, unless: bool) -> str:
    return text if unless else f"**{text}**"


def filled(template: str, every: Sequence[Judged], **more: object) -> str:
    """Return a page, or a part of one, with the counts of what was judged and a row for each."""
    return template.format(**judged.counts(every), rows="\n".join(map(row, every)), **more)


def main() -> int:
    parser = pages.parser(__doc__)
    parser.add_argument("python", help="an interpreter with SQLAlchemy")
    parser.add_argument("--only", default=truths.WORKLOADS, metavar="PATTERN", help="the files to run")
    arguments = parser.parse_args()
    started = time.monotonic()
    every = measure(arguments.python, truths.controls(FOLDER, arguments.only))
    text = filled(
        PAGE,
        every,
        command=arguments.command,
        python=f"CPython {platform.python_version()}",
        sqlalchemy=every[0].cell.packages.get("sqlalchemy", "?"),
        seconds=time.monotonic() - started,
    )
    pages.write(text, arguments.output)
    return 0 if all(each.is_right for each in every) else 1


if __name__ == "__main__":
    sys.exit(main())
