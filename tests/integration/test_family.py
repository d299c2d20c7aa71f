"""Leaks outside the memory of the measured process, on real ones: in a pool of processes, and in shared memory."""

from pathlib import Path

import psutil
import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading import leftovers
from find_mem_leaks.measured import shared

CONTROLS = Path(__file__).parents[1] / "controls"


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """The cell of a control, explained; nothing of it may be left behind."""
    ended = []
    remember = leftovers.remove_shared_memory
    monkeypatch.setattr(leftovers, "remove_shared_memory", lambda of: ended.append(of) or remember(of))

    def measure(name):
        path = tmp_path / "results.json"
        before = {file.name for file in Path(shared.FOLDER).iterdir() if file.name.startswith("psm_")}
        file = CONTROLS / f"{name}.py"
        assert commands.call(["run", str(file), "--quick", "-q", "--no-table", "-o", str(path)]) == errors.LEAK
        [cell] = results.read(path)
        assert len(ended) == 4  # asked what the file has, measured, left hands-off, explained
        after = {file.name for file in Path(shared.FOLDER).iterdir() if file.name.startswith("psm_")}
        assert after <= before
        assert not [process for directory in ended for process in leftovers._marked(directory)]
        assert cell.verdict is Verdict.LEAKING
        line = cell.culprits[0].frame.line
        assert file.read_text(encoding="utf-8").splitlines()[line - 1].endswith("# leaks")
        return cell

    return measure


def test_a_pool_whose_process_keeps_what_it_is_given_leaks(measured):
    cell = measured("leak_in_a_pool_of_processes")
    assert cell.convicted_by == ("memory_of_child_processes",)
    assert cell.bytes_per_operation == pytest.approx(2_120, rel=0.1)
    [child] = cell.children
    assert child.name.startswith("ForkProcess-1, python")
    assert str(child) in cell.reason
    assert cell.culprits[0].holder == str(child)
    assert not psutil.pid_exists(child.pid)


def test_shared_memory_that_is_closed_and_not_unlinked_leaks(measured):
    cell = measured("leak_shared_memory")
    assert cell.convicted_by == ("shared_memory", "shared_memory_segments")
    assert cell.bytes_per_operation == pytest.approx(4_096, rel=0.05)
    assert cell.culprits[0].type == "shared memory segment"


def test_processes_that_nobody_waits_for_leak(measured):
    cell = measured("leak_processes_never_waited_for")
    assert cell.convicted_by == ("child_processes",)
    assert cell.culprits[0].type == "child process"
