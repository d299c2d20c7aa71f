"""Write the tests of the verdict into docs/how-it-measures.md, as the code has them.

``python scripts/tests_of_the_verdict.py`` rewrites the part of the page between its two comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pages

from find_mem_leaks.judging.statements import DECIDES, Statement, statements

PAGE = Path(__file__).parents[1] / "docs" / "how-it-measures.md"
MARKS = (
    "<!-- The tests: written by scripts/tests_of_the_verdict.py from criteria.py and hands_off.py in judging. -->",
    "<!-- The end of the tests. -->",
)


def written(page: str) -> str:
    """Return the page with the tests as the code has them."""
    return pages.between(page, _lists(), MARKS)


def _lists() -> str:
    return "\n\n".join(_list(decides) for decides in DECIDES.values())


def _list(decides: str) -> str:
    tests = [test for test in statements().values() if test.decides == decides]
    names = ["test", "figure", "must be", *(["reason of a cell that does not pass"] if tests[0].otherwise else [])]
    table = pages.rows([names, ["---"] * len(names), *map(_columns, tests)])
    return f"**{decides[0].upper()}{decides[1:]}.**\n\n{table}"


def _columns(test: Statement) -> Iterator[str]:
    yield test.asks
    yield test.figure
    yield f"at {'most' if test.at_most else 'least'} {test.threshold}"
    if test.otherwise:
        yield re.sub(r"\{[^}]*\}", "…", test.otherwise)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
