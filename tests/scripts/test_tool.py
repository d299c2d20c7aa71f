"""Calls of this tool by scripts: how one may end, and the cells that it leaves."""

import pytest
import tool

from find_mem_leaks import errors, results


@pytest.fixture
def workload(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("def operation(i):\n    pass\n")
    return str(file)


def test_the_cells_of_a_run_are_returned_and_its_results_file_is_kept_where_one_is_named(workload, tmp_path):
    output = tmp_path / "results.json"
    cells = tool.run(workload, "-q", "--no-explain", "--rounds", "2", "--operations", "9", output=output)
    assert [cell.stack for cell in cells] == ["own"]
    assert results.read(output) == cells


def test_what_a_call_prints_is_returned():
    assert tool.call("--version").startswith("find-mem-leaks ")


def test_a_call_that_ends_otherwise_than_it_may_ends_the_script(capfd):
    with pytest.raises(SystemExit, match=rf"find-mem-leaks show nowhere\.json ended with exit code {errors.USAGE}"):
        tool.call("show", "nowhere.json")
    assert tool.call("show", "nowhere.json", ends=[errors.USAGE]) == ""


def test_the_summary_of_a_job_is_added_to_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    tool.tell("nowhere")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    tool.tell("first")
    tool.tell("second")
    assert (tmp_path / "summary").read_text() == "first\nsecond\n"
