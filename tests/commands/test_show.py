import csv
import io
import json
from pathlib import Path

import pytest

from cells import as_schema_1, cell, failed
from find_mem_leaks import commands, reports, results
from find_mem_leaks.commands import show
from find_mem_leaks.judging.trials import Trial


@pytest.fixture
def files(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    results.write(first, [cell(), cell(16, scenario="read_heavy")])
    results.write(
        second, [failed(scenario="create_heavy"), cell(stack="sqlalchemy1x_async_session", sqlalchemy="1.4.54")]
    )
    return [str(first), str(second)]


@pytest.mark.parametrize("words", [["--table"], ["--format", "table"]])
def test_show_merges_files_into_one_table(files, capsys, words):
    assert commands.call(["show", *files, *words]) == 0
    out = capsys.readouterr().out
    for text in (
        "✅ clean",
        "❌ leaking",
        "💥 failed",
        "16.0",
        "sqlalchemy1x_async_session",
        "killed by SIGKILL",
        "4 cells: ",
    ):
        assert text in out


def test_show_prints_a_matrix_per_series_and_details_of_what_is_not_clean(files, capsys):
    assert commands.call(["show", *files]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line.split(",")[0] for line in lines if "SQLAlchemy" in line] == ["SQLAlchemy 1.4.54", "SQLAlchemy 2.0.44"]
    told = [line.split(":")[0] for line in lines if line.startswith(("✅", "❌", "💥"))]
    assert told == ["❌ sqlalchemy2x_sync_session read_heavy", "💥 sqlalchemy2x_sync_session create_heavy"]


def test_show_as_json_is_the_document_of_all_cells(files, capsys):
    assert commands.call(["show", *files, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(results.from_json(document, "it")) == 4


def test_show_as_csv_has_plain_numbers(files, capsys):
    assert commands.call(["show", *files, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["verdict"] for row in rows] == ["clean", "leaking", "failed", "clean"]
    assert float(rows[1]["interval_low"]) <= 16 <= float(rows[1]["interval_high"])
    assert rows[2]["error"] == "killed by SIGKILL"


def test_show_as_markdown_is_a_table_whose_text_is_escaped(files, capsys):
    assert commands.call(["show", *files, "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| Stack | Scenario | Verdict | What grows | B/op |")
    assert lines[2].startswith("| sqlalchemy2x\\_sync\\_session | balanced | ✅ clean | – |")


def test_show_as_seed_has_the_columns_of_the_original_table(files, capsys):
    assert commands.call(["show", *files, "--format", "seed"]) == 0
    out = capsys.readouterr().out
    assert "### sqlalchemy1x\n" in out
    assert "### sqlalchemy2x\n" in out
    header = "| Stack | Method | Status | Round | Diff | Initial | Final | Ops | C | R | U | D |"
    assert out.count(header) == 2
    rows = [line for line in out.splitlines() if line.startswith("| sqlalchemy")]
    assert len(rows) == 23 * 3 + 1
    assert all(line.count("|") == header.count("|") for line in rows)


def test_show_as_account_has_a_row_for_each_cell(files, capsys):
    assert commands.call(["show", *files, "--format", "account"]) == 0
    out = capsys.readouterr().out
    rows = [line.split(" | ") for line in out.splitlines() if line.startswith("| sqlalchemy")]
    assert [(row[1], row[2]) for row in rows] == [
        ("balanced", "✅"),
        ("balanced", "✅"),
        ("read_heavy", "❌"),
        ("create_heavy", "💥"),
    ]
    assert out.count(": no hands-off part: ") == 4


def test_a_file_of_the_reports_that_names_a_format_is_one(files, tmp_path, monkeypatch):
    (tmp_path / "scenarios_only.py").write_text(
        'FORMAT = "scenarios"\n\n\ndef render(cells):\n    return " ".join(cell.scenario for cell in cells)\n'
    )
    monkeypatch.setattr(reports, "__path__", [*reports.__path__, str(tmp_path)])
    assert show.formats()["scenarios"] == "scenarios_only"
    cells = [cell for file in files for cell in results.read(Path(file))]
    assert show.rendered(cells, "scenarios") == "balanced read_heavy create_heavy balanced"


def test_a_damaged_file_is_refused(tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text("{")
    assert commands.call(["show", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_readings_that_convict_go_by_their_names(files, capsys):
    assert commands.call(["show", *files, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[1]["convicted_by"] == "live bytes"


def test_why_prints_the_tests_of_every_cell(files, capsys):
    assert commands.call(["show", *files, "--why"]) == 0
    out = capsys.readouterr().out
    assert "❌ sqlalchemy2x_sync_session read_heavy: leaking" in out
    assert "A reading that passes all of these grows steadily: live bytes do." in out
    assert "✅ sqlalchemy1x_async_session balanced: clean" in out
    assert "No test was put to it: too little was measured." in out  # of the failed one
    assert "live_bytes" not in out


@pytest.mark.parametrize("pattern", ["async_session", "sqlalchemy1x_async_session", "async_*", "sqlalchemy1x_*"])
def test_why_takes_the_name_of_a_stack_or_a_pattern(files, capsys, pattern):
    assert commands.call(["show", *files, "--why", pattern]) == 0
    out = capsys.readouterr().out
    assert "async_session" in out
    assert "sync_session read_heavy" not in out


@pytest.mark.parametrize(
    ("pattern", "near"), [("asink_session", "async_session"), ("sqlalchemy1x_sync", "sqlalchemy1x_async_session")]
)
def test_why_of_a_stack_that_is_not_there_names_the_nearest(files, capsys, pattern, near):
    assert commands.call(["show", *files, "--why", pattern]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert f"there is no stack '{pattern}'; did you mean {near}" in captured.err


def test_a_file_right_after_why_is_a_file(files, capsys):
    assert commands.call(["show", "--why", files[0]]) == 0
    assert "read_heavy: leaking" in capsys.readouterr().out


def test_why_and_a_format_are_not_given_together(files, capsys):
    assert commands.call(["show", *files, "--why", "--json"]) == 2
    assert "--why is text for people, not json" in capsys.readouterr().err


def test_when_each_cell_reaches_a_limit_is_told_below_the_table(files, capsys):
    assert commands.call(["show", *files, "--memory-limit", "10GiB"]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = lines.index("A limit of 10 GiB on resident memory:")
    assert lines[start - 1].startswith("4 cells: ")
    assert "clean, so not reached by growth" in lines[start + 1]
    assert "reached after " in lines[start + 2]
    assert "nothing is forecast, since it failed" in lines[start + 3]


def test_with_why_only_the_cells_that_it_names_have_their_forecast(files, capsys):
    assert commands.call(["show", *files, "--why", "async_*", "--memory-limit", "10GiB"]) == 0
    forecast = capsys.readouterr().out.partition("A limit of 10 GiB")[2]
    assert "sqlalchemy1x_async_session" in forecast
    assert "read_heavy" not in forecast


def test_a_forecast_is_not_part_of_a_format(files, capsys):
    assert commands.call(["show", *files, "--memory-limit", "10GiB", "--format", "csv"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--memory-limit is text for people, not csv: leave one out" in captured.err


def test_what_was_tried_is_shown_with_why(tmp_path, capsys):
    trials = (Trial("as_it_is", "as it is", 1_000, 1.0, 0.5, 60_000_000, 50_000_000, 60_000_000),)
    results.write(tmp_path / "tried.json", [cell(16, trials=trials)])
    assert commands.call(["show", str(tmp_path / "tried.json"), "--why"]) == 0
    assert "what would help" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--why"], ["--json"]])
def test_a_call_without_files_says_how_to_give_them(capsys, words):
    assert commands.call(["show", *words]) == 2
    err = capsys.readouterr().err
    assert "no results file is named" in err
    assert err.count("\n") == 1


def test_a_record_without_tests_says_how_to_get_them(tmp_path, capsys):
    path = tmp_path / "old.json"
    path.write_text(json.dumps(as_schema_1(results.to_json([cell(16)]))))
    assert commands.call(["show", str(path), "--why"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "since its record was written before tests were kept. `find-mem-leaks judge FILE -o NEW` judges it" in out
