"""This tool's verdicts are taken from its results files, and what these hold is not measured again."""

import json
import sys
from pathlib import Path

import ours
import pytest
from answers import Setting
from truths import Control, controls

from find_mem_leaks import results
from find_mem_leaks.judging.verdict import Verdict

LEAK, OTHER = controls(pattern="leak_list_*.py")[:2]


def cell(control, **more):
    """A cell without measurements."""
    values = {"verdict": Verdict.CLEAN, "reason": "", "wall_seconds": 2.0} | more
    fixed = {"scenario": "operation", "mix": None, "sqlalchemy": None, "python": "3", "packages": {}, "seed": 1}
    nothing = {"protocol": "auto", "operations": 0, "seconds": 0.0, "rounds": ()}
    return results.Cell(stack=control.name, file=str(control.path), **fixed, **nothing, **values)


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        ("leaking", "leaking"),
        ("clean", "clean"),
        ("bounded", "clean"),
        ("inconclusive", "undecided"),
        ("failed", "undecided"),
    ],
)
def test_an_answer_has_the_cells_verdict_seconds_and_reason(verdict, answer):
    given = ours.answer(LEAK, cell(LEAK, verdict=Verdict(verdict), reason="because", wall_seconds=4.5))
    assert (given.control, given.verdict, given.seconds) == (LEAK, answer, 4.5)
    assert given.detail == f"{verdict}: because"


def test_every_verdict_gives_an_answer():
    assert set(ours.ANSWERS) == set(Verdict)


def test_cells_come_in_the_order_of_their_files():
    files = [str(LEAK.path), str(OTHER.path)]
    cells = ours.in_order([cell(OTHER), cell(LEAK)], files, Path("results.json"))
    assert [each.file for each in cells] == files


@pytest.mark.parametrize("cells", [[], [cell(LEAK)], [cell(LEAK), cell(LEAK)], [cell(LEAK), cell(OTHER), cell(OTHER)]])
def test_a_results_file_without_exactly_one_cell_a_workload_ends_the_script(cells):
    with pytest.raises(SystemExit, match=r"results\.json has \d cells of 2 workloads"):
        ours.in_order(cells, [str(LEAK.path), str(OTHER.path)], Path("results.json"))


@pytest.fixture
def tool(tmp_path):
    """A stand-in for the interpreter: it notes how it was called, and ends as ``code`` says."""

    def make(code):
        python = tmp_path / "python"
        log = f"import json, sys; print(json.dumps(sys.argv[1:]), file=open({str(tmp_path / 'calls')!r}, 'a'))"
        python.write_text(f'#!/bin/sh\n{sys.executable} -c "$(cat {tmp_path}/log.py)" "$@"\nexit {code}\n')
        (tmp_path / "log.py").write_text(log)
        python.chmod(0o755)
        return str(python)

    make.calls = lambda: [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    return make


def test_one_call_measures_up_to_so_many_workloads_with_the_seed_and_goes_on_from_its_file(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(ours, "PART", 1)
    for number, control in enumerate([LEAK, OTHER], start=1):
        results.write(tmp_path / f"busy-7-part-{number}.json", [cell(control)])
    run = ours.run(tool(0), [LEAK, OTHER], Setting(7, "busy"), tmp_path)
    assert [answer.control for answer in run.answers] == [LEAK, OTHER]
    first, second = tool.calls()
    assert first[:4] == ["-m", "find_mem_leaks", "run", str(LEAK.path)]
    assert first[-8:-3] == ["--seed", "7", "-j", "2", "--resume"]
    assert first[-2:] == ["-o", str(tmp_path / "busy-7-part-1.json")]
    assert second[3] == str(OTHER.path)


@pytest.mark.parametrize("code", [2, 130])
def test_a_call_that_was_wrong_or_interrupted_ends_the_script(tool, tmp_path, code):
    with pytest.raises(SystemExit, match=f"ended with exit code {code}: the same command goes on"):
        ours.measure(tool(code), [LEAK], tmp_path / "results.json")


def test_results_depend_on_this_tool_and_on_the_workloads():
    files = ours.made_of([LEAK])
    assert LEAK.path in files
    assert OTHER.path not in files
    assert Path(results.__file__) in files


def test_what_a_results_file_holds_is_not_measured_again(tmp_path):
    workload = tmp_path / "own.py"
    workload.write_text("def operation(i):\n    pass\n")
    chosen, output = [Control(workload, "clean", 0.0)], tmp_path / "results.json"
    first, second = (ours.measure(sys.executable, chosen, output, "--rounds", "2", "--operations", "9") for _ in "ab")
    assert first[0].wall_seconds > 0
    assert first == second
