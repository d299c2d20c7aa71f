"""The table of where the seconds of a measured commit go."""

import json
import time

import bench_cost
import pytest
from bench_cost import Cost, Whole

ONE = Cost("2.0", (2, 90.0), (2, 3.0), (10, 0.5), 98.0)
OTHER = Cost("2.1", (1, 30.0), (1, 2.0), (5, 0.25), 100.0)
COLUMNS = ["result", "started_at", "duration"]


def test_the_table_has_a_column_for_each_series_and_one_for_all_of_them():
    rows = bench_cost.table([ONE, OTHER], Whole(100.0, 150.0, 2, (0.5, 1.5))).splitlines()
    assert rows[0] == "|  | SQLAlchemy 2.0 | SQLAlchemy 2.1 | all |"
    assert "| cells, and the sum of their seconds | 2, 90 s | 1, 30 s | 3, 120 s |" in rows
    assert "| the peaks | 3.0 s, 2 processes | 2.0 s, 1 process | 5.0 s, 3 processes |" in rows
    assert "| **on the clock**, from the beginning on | 98 s | 100 s | **100 s** |" in rows
    assert "| share of the cores that it had |  |  | 75 % of 2 |" in rows
    assert "| load before and after |  |  | 0.5, 1.5 |" in rows


def test_series_are_measured_and_their_results_are_summed(monkeypatch, tmp_path):
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
    [found], whole = bench_cost.measure(["2.0"], "here", ["--show-stderr"])
    assert (found.peaks, found.figures, found.cells) == ((1, 2.0), (1, 0.25), (1, 5))
    assert 0 <= found.clock <= whole.clock + 1


def test_a_run_that_breaks_ends_it(monkeypatch):
    monkeypatch.setattr(bench_cost.bench, "main", lambda words: 1)
    with pytest.raises(SystemExit):
        bench_cost.measure(["2.0"], "here", [])
