"""The table of where the seconds of a measured commit go."""

import json
import time

import bench_cost
import pytest
from bench_cost import Cost

ONE = Cost("2.0", 100.0, 150.0, (2, 60.0), (2, 3.0), (10, 0.5), (2, 90.0), (0.5, 1.5))
COLUMNS = ["result", "started_at", "duration"]


def test_what_asv_has_not_measured_is_its_own():
    assert ONE.rest == pytest.approx(36.5)
    rows = bench_cost.table([ONE]).splitlines()
    assert rows[0] == "|  | SQLAlchemy 2.0 |"
    assert "| the peaks | 3.0 s, 2 processes |" in rows
    assert "| **on the clock** | **100 s** |" in rows
    assert "| load before and after | 0.5, 1.5 |" in rows


def test_a_series_is_measured_and_its_results_are_summed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    asked = {f"plain.A.{name}": ["'balanced'"] for name in ("peakmem_process", "track_leaked")}
    names = {"plain.A": [f"{name}({scenario})" for name, [scenario] in asked.items()], "plain.B": []}
    monkeypatch.setattr(bench_cost.bench, "benchmarks", lambda: names)
    monkeypatch.setattr(bench_cost.subprocess, "run", lambda *_, **__: type("Answer", (), {"stdout": "c" * 40}))

    def measure(words):
        assert words == ["2.0", "--machine", "here", "--show-stderr"]
        now = time.time() * 1000 + 1
        rows = {"peakmem_process": [[1], now, 2.0], "track_leaked": [[0], now, 0.25], "track_old": [[0], 1.0, 9.0]}
        results = {f"plain.A.{name}": row for name, row in rows.items()}
        document = {"durations": {"<setup_cache plain:3>": 7.0}, "result_columns": COLUMNS, "results": results}
        for file, text in {
            ".asv/results/here/cccccccc-SQLALCHEMY2.0.json": document,
            f".asv/leaks/{'c' * 40}/SQLALCHEMY2.0/a.json": {"cells": [{"wall_seconds": 5, "explaining_seconds": None}]},
        }.items():
            path = tmp_path / file
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(text))
        return 0

    monkeypatch.setattr(bench_cost.bench, "main", measure)
    found = bench_cost.cost("2.0", "here", ["--show-stderr"])
    assert (found.cells, found.peaks, found.figures, found.measured) == ((1, 7.0), (1, 2.0), (1, 0.25), (1, 5))


def test_a_run_that_breaks_ends_it(monkeypatch):
    monkeypatch.setattr(bench_cost.bench, "main", lambda words: 1)
    with pytest.raises(SystemExit):
        bench_cost.cost("2.0", "here", [])
