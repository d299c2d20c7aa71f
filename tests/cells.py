"""Cells for tests of results and reports, judged from series of known shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.results import Cell
from series_of import series


def cell(rate: float = 0.0, **changes: Any) -> Cell:
    """A cell whose live bytes grow by ``rate`` an operation."""
    measured = series(lambda n: rate * n, rounds=20)
    made = judged(
        Cell(
            stack="sqlalchemy2x_sync_session",
            scenario="balanced",
            mix=(0.25, 0.25, 0.25, 0.25),
            sqlalchemy="2.0.44",
            python="3.11.7",
            packages={"sqlalchemy": "2.0.44", "psutil": "7.2.2", "greenlet": None},
            protocol="auto",
            seed=0,
            operations=measured.operations,
            seconds=measured.seconds,
            wall_seconds=12.34,
            rounds=measured.rounds,
        ),
        Rules(),
    )
    return replace(made, **changes)


def failed(**changes: Any) -> Cell:
    """A cell that never got as far as a round."""
    nothing = cell(error="killed by SIGKILL", rounds=(), operations=0, seconds=0.0)
    empty = {"convicted_by": (), "bytes_per_operation": None, "interval": None, "growth": {}, "tests": ()}
    return replace(judged(nothing, Rules()), **{**empty, **changes})


def as_schema_1(document: dict[str, Any]) -> dict[str, Any]:
    """The same document as it was before records held rules, containers and tests, and keys of readings."""
    old = json.loads(json.dumps(document))
    for record in old["cells"]:
        for name in ("rules", "last", "caps", "tests"):
            del record[name]
        record["growth"] = {key.replace("_", " "): growth for key, growth in record["growth"].items()}
        record["convicted_by"] = [key.replace("_", " ") for key in record["convicted_by"]]
    return {**old, "schema_version": 1}


def culprit(
    file: str = "app.py",
    line: int = 12,
    function: str = "handler",
    allocations: float = 1.0,
    size: float = 1033.0,
    kind: str | None = "bytearray",
    holder: str | None = None,
) -> Culprit:
    """A place that leaks, called from the operation."""
    stack = (Frame(function, file, line), Frame("operation", file, 3))
    return Culprit(stack, allocations, size, kind, holder)
