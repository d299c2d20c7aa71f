import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cells import cell, failed
from find_mem_leaks import commands, errors, results
from find_mem_leaks.commands import run
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import environments

WORKLOAD = str(Path(__file__).parents[1] / "controls" / "leak_list_of_objects.py")
FIXED = ["-s", "balanced", "--rounds", "2", "--operations", "400", "--seed", "3"]


def refused(capsys, *arguments):
    """The one line that a refused command prints."""
    assert commands.call(["run", *arguments]) == errors.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plain_sqlit"], "there is no stack 'plain_sqlit'; did you mean plain_sqlite"),
        (["nothing_like_it*"], "there is no stack"),
        (["plain_sqlite", "-s", "read_hevy"], "did you mean read_heavy"),
        (["plain_sqlite", "--mix", "1/2/3"], "such as 30/40/20/10"),
        (["plain_sqlite", "--mix", "0/0/0/0"], "sums to 0"),
        (["plain_sqlite", "--python", "/bin/ls"], "is not a Python that can measure"),
        (["plain_sqlite", "--python", "no-such-python"], "is not a Python interpreter: give the path"),
        (["plain_sqlite", "--resume"], "--resume takes up a results file: name it with -o"),
        (["plain_sqlite", "--rounds", "0"], "'0' is not a whole number from 1 on"),
        (["plain_sqlite", "--confidence", "1"], "not a number between 0 and 1"),
        (["plain_sqlite", "--limit", "-1"], "'-1' is not a number above 0"),
        (["plain_sqlite", "--memory-limit", "512X"], "'512X' is not an amount of memory, such as 512MiB"),
        (["plain_sqlite", "--time-cap", "nan"], "is not a number above 0"),
        (["needy"], "needy needs a_package_that_nobody_has"),
        (["plain_sqlite", "-s", "read_heavy", "--mix", "30/40/20/10"], "in place of -s: leave one of them out"),
        ([WORKLOAD, "--mix", "30/40/20/10"], "--mix is for stacks that ship"),
        ([WORKLOAD, "--clients", "all"], "--clients is for stacks behind a server"),
        (["plain_sqlite", "-o", "/no/such/folder/results.json"], "cannot be written (No such file or directory)"),
        (["plain_sqlite", "-f", "-o", "/"], "is a directory"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line_and_exit_code_2(own_stacks, capsys, arguments, message):
    assert message in refused(capsys, *arguments)


def test_an_output_that_exists_is_not_overwritten_without_force(own_stacks, tmp_path, capsys):
    path = tmp_path / "results.json"
    path.write_text("mine")
    assert "exists: give -f to overwrite it" in refused(capsys, "plain_sqlite", "-o", str(path))
    assert path.read_text() == "mine"
    assert commands.call(["run", "plain_sqlite", *FIXED, "-f", "-q", "-o", str(path)]) == 0
    assert len(results.read(path)) == 1


def test_a_file_to_resume_that_is_damaged_is_kept(own_stacks, tmp_path, capsys):
    path = tmp_path / "results.json"
    path.write_text("mine")
    assert "damaged" in refused(capsys, "plain_sqlite", "--resume", "-o", str(path))
    assert path.read_text() == "mine"


def test_a_fixed_run_does_what_it_was_asked_for(own_stacks, tmp_path, capsys):
    path = tmp_path / "results.json"
    assert commands.call(["run", "plain_sqlite", *FIXED, "-o", str(path)]) == 0
    out = capsys.readouterr().out
    assert f"results: {path}" in out
    assert "plain_sqlite" in out
    [cell] = results.read(path)
    assert cell.protocol == "fixed"
    assert cell.seed == 3
    assert [round_.operations for round_ in cell.rounds] == [400, 400]


def test_a_leak_is_exit_code_3_and_its_size_is_in_the_json(own_stacks, capsys):
    code = commands.call(["run", "leaking_sqlite", "--quick", "--no-explain", "--json"])
    [cell] = json.loads(capsys.readouterr().out)["cells"]
    assert code == errors.LEAK
    assert cell["verdict"] == "leaking"
    assert cell["interval"][0] <= 16 <= cell["interval"][1]


def test_a_failed_stack_is_exit_code_1(own_stacks, capsys):
    assert commands.call(["run", "fails_to_open", "plain_sqlite", *FIXED, "-q"]) == errors.FAILED
    out = capsys.readouterr().out
    assert "💥" in out
    assert "RuntimeError: no such database" in out


def test_an_inconclusive_cell_is_exit_code_4_only_under_strict(own_stacks, capsys):
    arguments = ["run", "plain_sqlite", "-s", "read_heavy", "--rounds", "1", "--operations", "5", "-q"]
    assert commands.call(arguments) == errors.CLEAN
    assert commands.call([*arguments, "--strict"]) == errors.INCONCLUSIVE
    assert "too few for a verdict" in capsys.readouterr().out


def test_patterns_choose_stacks_by_short_or_full_names(own_stacks, tmp_path):
    path = tmp_path / "results.json"
    arguments = ["*plain_*", "idl?", *FIXED, "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", *arguments]) == 0
    assert {cell.stack for cell in results.read(path)} == {"plain_sqlite", "plain_async", "idle"}


@pytest.mark.parametrize(("shard", "stacks"), [("1/2", {"idle", "plain_sqlite"}), ("2/2", {"plain_async"})])
def test_a_shard_is_every_nth_cell(own_stacks, tmp_path, shard, stacks):
    path = tmp_path / "results.json"
    arguments = ["idle", "plain_async", "plain_sqlite", "--shard", shard, *FIXED, "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", *arguments]) == 0
    assert {cell.stack for cell in results.read(path)} == stacks


@pytest.mark.parametrize(
    ("stack", "code", "remark"),
    [
        ("leaks_as_said", errors.CLEAN, "(leaks, as expected)"),
        ("said_to_leak", errors.FAILED, "(wrong: it is known to be leaking)"),
        ("said_to_be_clean", errors.LEAK, "(wrong: it is known to be clean)"),
    ],
)
def test_a_control_counts_only_if_it_differs_from_its_truth(own_stacks, capsys, stack, code, remark):
    assert commands.call(["run", stack, "--quick", "--no-explain", "-q"]) == code
    assert remark in capsys.readouterr().out


def test_a_scenario_of_one_stack_is_not_asked_of_another(own_stacks, capsys):
    assert "none of these stacks has such a scenario" in refused(capsys, "plain_sqlite", "-s", "operation")


def test_a_mix_of_ones_own_is_a_scenario(own_stacks, tmp_path):
    path = tmp_path / "results.json"
    arguments = ["plain_sqlite", "--mix", "3/4/2/1", "--rounds", "1", "--operations", "100", "-q", "-o", str(path)]
    assert commands.call(["run", *arguments]) == 0
    [cell] = results.read(path)
    assert cell.scenario == "mix_3_4_2_1"
    assert cell.rounds[0].counts == (30, 40, 20, 10)


def test_verbose_prints_a_line_per_cell_on_standard_error(own_stacks, capsys):
    assert commands.call(["run", "plain_sqlite", *FIXED, "-v"]) == 0
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "plain_sqlite balanced: " in err


def test_ctrl_c_keeps_what_was_measured_and_exits_with_130(own_stacks, tmp_path):
    """In a process of its own, on a pseudo-terminal's worth of patience: the second cell never ends."""
    path = tmp_path / "results.json"
    code = (
        "import signal, sys; from pathlib import Path; from find_mem_leaks import commands\n"
        "from find_mem_leaks.subjects import catalogue\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background has it ignored
        f"catalogue.MEASURED = Path({str(own_stacks.parent)!r})\n"
        "sys.exit(commands.call(sys.argv[1:]))"
    )
    arguments = ["run", "idle", "hangs", *FIXED, "-j", "1", "--stall", "600", "-q", "-o", str(path)]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == errors.INTERRUPTED
    kept = {cell.stack: cell.interrupted for cell in results.read(path)}
    assert kept == {"idle": False, "hangs": True}
    assert "interrupted: " in out


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_colour_is_as_the_environment_says(own_stacks, tmp_path, variable):
    path = tmp_path / "results.json"
    assert commands.call(["run", "plain_sqlite", *FIXED, "-q", "--no-table", "-o", str(path)]) == 0
    environment = {
        **{key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}},
        **variable,
    }
    out = subprocess.run(
        [Path(sys.executable).with_name("find-mem-leaks"), "show", path],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("\x1b[" in out.stdout) == ("FORCE_COLOR" in variable)


@pytest.mark.parametrize("table", [[], ["--no-table"]])
def test_results_that_cannot_be_written_any_more_do_not_stop_the_run(own_stacks, tmp_path, capsys, monkeypatch, table):
    def full(path, cells):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "write", full)
    path = tmp_path / "results.json"
    assert commands.call(["run", "plain_sqlite", "idle", *FIXED, *table, "-o", str(path)]) == errors.FAILED
    captured = capsys.readouterr()
    assert "2 cells" in captured.out
    assert "could not be written (No space left on device)" in captured.err


def test_a_stack_without_sqlalchemy_is_measured_in_one_of_the_interpreters_that_differ_in_nothing_else(
    own_stacks, monkeypatch, this_environment, tmp_path
):
    def describe(executable, modules):
        version = "2.0.58" if executable.endswith("other") else "1.4.54"
        packages = {**this_environment.packages, "sqlalchemy": version}
        return replace(this_environment, executable=executable, packages=packages)

    monkeypatch.setattr(environments, "describe", describe)
    other = tmp_path / "other"
    other.symlink_to(sys.executable)
    path = tmp_path / "results.json"
    pythons = ["--python", sys.executable, "--python", str(other)]
    workload = tmp_path / "workload.py"
    workload.write_text("def operation(i):\n    pass\n")
    both = ["plain_sqlite", str(workload), "-s", "operation", *FIXED]
    assert commands.call(["run", *both, *pythons, "-o", str(path)]) == errors.CLEAN
    cells = results.read(path)
    assert [cell.stack for cell in cells] == ["plain_sqlite", "workload", "workload"]
    assert [cell.sqlalchemy for cell in cells] == [None, "1.4.54", "2.0.58"]
    assert "sqlalchemy" not in cells[0].packages


def test_a_file_of_the_same_name_as_a_stack_is_refused_beside_it(own_stacks, capsys, tmp_path):
    workload = tmp_path / "same.py"
    workload.write_text("def operation(i):\n    pass\n")
    (own_stacks / "same.py").write_text(workload.read_text())
    assert "a file and a stack have the same name" in refused(capsys, "same", str(workload))


def test_one_interpreter_twice_is_refused(own_stacks, capsys):
    assert "the same versions of everything" in refused(
        capsys, "plain_sqlite", "--python", sys.executable, "--python", sys.executable
    )


def test_skipped_cells_beside_leaks_that_are_known_are_no_failure():
    skipped = [cell(verdict=Verdict.SKIPPED)]
    assert run.exit_code(skipped, strict=False) == errors.FAILED
    assert run.exit_code(skipped, strict=False, known=1) == errors.CLEAN


CLEAN, LEAKING, FAILED, UNSURE = cell(), cell(16), failed(), cell(verdict=Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("cells", "usual", "strict"),
    [
        ([], errors.CLEAN, errors.CLEAN),
        ([CLEAN, cell(verdict=Verdict.BOUNDED)], errors.CLEAN, errors.CLEAN),
        ([CLEAN, UNSURE], errors.CLEAN, errors.INCONCLUSIVE),
        ([UNSURE, FAILED], errors.FAILED, errors.FAILED),
        ([UNSURE, FAILED, LEAKING], errors.LEAK, errors.LEAK),
        ([cell(16, truth="leaking")], errors.CLEAN, errors.CLEAN),
        ([cell(16, truth="clean")], errors.LEAK, errors.LEAK),
        ([cell(truth="leaking")], errors.FAILED, errors.FAILED),
        ([cell(truth="leaking", verdict=Verdict.INCONCLUSIVE)], errors.CLEAN, errors.INCONCLUSIVE),
    ],
)
def test_the_worst_that_was_not_expected_makes_the_exit_code(cells, usual, strict):
    assert run.exit_code(cells, strict=False) == usual
    assert run.exit_code(cells, strict=True) == strict


CYCLES = """
import gc

gc.set_threshold(1_000_000_000)


def operation(i):
    cycle = [bytes(2_000)]
    cycle.append(cycle)
"""


def test_what_would_help_is_tried_told_and_kept(tmp_path, capsys):
    (tmp_path / "cycles.py").write_text(CYCLES)
    path = tmp_path / "results.json"
    words = ["--rounds", "4", "--operations", "9000", "--no-explain", "-q", "--what-if", "--memory-limit", "100GiB"]
    commands.call(["run", str(tmp_path / "cycles.py"), *words, "-o", str(path)])
    out = capsys.readouterr().out
    assert out.index("1 cell: ") < out.index("what would help") < out.index("A limit of 100 GiB on resident memory:")
    [measured] = results.read(path)
    trials = {trial.change: trial for trial in measured.trials}
    assert {trial.operations for trial in trials.values() if not trial.error} == {measured.deployed.operations}
    assert trials["as_it_is"].growth == pytest.approx(measured.deployed.growth, rel=0.1)
    assert trials["collect"].growth < 0.5 * trials["as_it_is"].growth
    assert trials["default_collector"].growth < 0.5 * trials["as_it_is"].growth
    assert "by default gc thresholds" in out


def test_json_stays_json_whatever_is_asked_for_beside(own_stacks, capsys):
    words = ["--no-explain", "-q", "--json", "--what-if", "--memory-limit", "1GiB"]
    commands.call(["run", "plain_sqlite", *FIXED, *words])
    captured = capsys.readouterr()
    [measured] = results.from_json(json.loads(captured.out), "it")
    assert measured.trials[0].change == "as_it_is"
    assert "A limit of 1 GiB on resident memory:" in captured.err


@pytest.mark.parametrize(
    ("text", "code", "remark"),
    [
        ("seen = []\ndef operation(i): seen.append([i])\n", errors.CLEAN, "(leaks, as expected)"),
        ("def operation(i): pass\n", errors.FAILED, "(wrong: it is known to be leaking)"),
    ],
)
def test_a_file_that_is_expected_to_leak_is_a_control_of_ones_own(tmp_path, capsys, text, code, remark):
    (tmp_path / "own.py").write_text(text + "EXPECT = 'leaking'\nLIMIT = 9\n")
    path = tmp_path / "results.json"
    assert commands.call(["run", str(tmp_path / "own.py"), "--quick", "--no-explain", "-q", "-o", str(path)]) == code
    assert remark in capsys.readouterr().out
    [measured] = results.read(path)
    assert (measured.truth, measured.rules.limit, measured.time_cap) == ("leaking", 9, 20.0)
    assert commands.call(["judge", str(path)]) == code
    assert "as recorded" in capsys.readouterr().out
