import json
from types import SimpleNamespace

import pytest

from cells import as_schema_1, cell
from deployed_of import deployed
from find_mem_leaks import results
from find_mem_leaks.history.records import Records
from find_mem_leaks.judging.verdict import Verdict

DAY = 1_767_225_600_000
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def history(tmp_path):
    """Reads what was kept, by commit, as the one history that there is."""

    def read(**documents):
        for commit, document in documents.items():
            folder = tmp_path / "leaks" / (commit * 40) / "py"
            folder.mkdir(parents=True)
            (folder / "sync_session.json").write_text(json.dumps({**document, "benchmark": "plain.SyncSession"}))
        places = {name: str(tmp_path / name.partition("_")[0]) for name in ("html_dir", "results_dir", "leaks_dir")}
        (tmp_path / "results").mkdir()
        repo = SimpleNamespace(get_tags=lambda: {"v1": OLD}, get_date=lambda _: DAY)
        [found] = Records(SimpleNamespace(**places, hash_length=8), repo, {OLD: 1, NEW: 2}).histories()
        return found

    return read


def test_the_newest_commit_has_whole_cells_and_those_before_have_no_readings(history):
    made = cell(100, deployed=deployed())
    found = history(a=results.to_json([made]), b=results.to_json([made]))
    [newest], [earlier] = found.newest.cells, found.previous.cells
    assert newest.cell == made
    assert newest.file == "leaks/bbbbbbbb/py/sync_session.json"
    assert (earlier.cell.rounds, earlier.cell.tests, earlier.cell.deployed) == ((), (), None)
    same = ("verdict", "interval", "growth", "packages", "bytes_per_operation")
    assert [getattr(earlier.cell, name) for name in same] == [getattr(made, name) for name in same]
    assert (found.previous.name, found.previous.day, found.previous.place) == ("v1", "2026-01-01", 1)


def test_records_of_schema_1_are_read_at_both_ends(history):
    old = as_schema_1(results.to_json([cell(100)]))
    found = history(a=old, b=old)
    assert {each.cells[0].cell.verdict for each in found.commits} == {Verdict.LEAKING}


def test_a_scenario_in_which_the_tool_itself_failed_is_a_cell_without_figures(history):
    found = history(b={**results.to_json([cell()]), "failed": {"read_heavy": "no space left"}})
    [_, failed] = found.newest.cells
    assert failed.name == "sync_session read_heavy"
    assert (failed.cell.verdict, failed.cell.reason) == (Verdict.FAILED, "no space left")
    assert failed.cell.bytes_per_operation is None
