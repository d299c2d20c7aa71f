"""What a rehearsal leaves of the benchmarks and of the tests, so that it takes minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# Of the benchmarks the stacks that are not served stay.
LEFT_OUT = tuple(f"benchmarks/{name}.py" for name in ("controls", "databases", "injected", "served"))
# Of the tests what starts no process stays.
STAYING = re.compile(
    r"tests/(?!(.*/)?test_)|tests/(judging|reports)/|tests/(subjects/test_scenarios|test_results\w*)\.py"
)
# Runs other lines on one Python than on all others, so that what is joined differs from each part of it.
APART = """import sys

from find_mem_leaks.history import shards


def test_that_runs_other_lines_on_one_python():
    if sys.version_info[:2] == ({}):
        assert shards.name("2.0", 1, 1)
    else:
        assert shards.expected([]) == []
"""


def few_tests(checkout: Path, files: Iterable[str], python: str) -> dict[str, str | None]:
    """Changes that leave few tests, one of which is about a Python, and ask for no share of lines to be covered."""
    gone = [path for path in files if path.startswith("tests/") and not STAYING.match(path)]
    changes: dict[str, str | None] = dict.fromkeys(gone)
    project = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    changes["pyproject.toml"] = re.sub(r"^fail_under = \d+$", "fail_under = 0", project, flags=re.MULTILINE)
    return {**changes, "tests/test_apart.py": APART.format(python.replace(".", ", "))}
