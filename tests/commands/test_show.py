import csv
import io
import json

import pytest

from cells import cell, failed
from find_mem_leaks import commands, results


@pytest.fixture
def files(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    results.write(first, [cell(), cell(16, scenario="read_heavy")])
    results.write(
        second, [failed(scenario="create_heavy"), cell(stack="sqlalchemy1x_async_session", sqlalchemy="1.4.54")]
    )
    return [str(first), str(second)]


def test_show_merges_files_into_one_table(files, capsys):
    assert commands.call(["show", *files]) == 0
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
    assert lines[0].startswith("| Stack | Scenario | Verdict | B/op |")
    assert lines[2].startswith("| sqlalchemy2x\\_sync\\_session | 10000\\_operations | ✅ clean |")


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


def test_a_damaged_file_is_refused(tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text("{")
    assert commands.call(["show", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
