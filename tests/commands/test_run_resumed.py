"""A run that takes up a results file: which cells it keeps, and which it measures again."""

import json
from dataclasses import replace

import pytest

from cells import as_schema_1, cell, failed
from find_mem_leaks import commands, errors, results
from find_mem_leaks.commands import run, selection
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading.order import Order
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.scenarios import SCENARIOS

CLEAN, LEAKING, FAILED, UNSURE = cell(), cell(16), failed(), cell(verdict=Verdict.INCONCLUSIVE)
FIXED = ["-s", "balanced", "--rounds", "2", "--operations", "400", "--seed", "3"]


def test_resuming_measures_only_what_is_missing_or_failed(own_stacks, tmp_path, capsys):
    path = tmp_path / "results.json"
    common = [*FIXED, "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", "plain_sqlite", "raises", *common]) == errors.FAILED
    before = {cell.stack: cell for cell in results.read(path)}
    assert commands.call(["run", "plain_sqlite", "raises", "idle", "--resume", *common]) == errors.FAILED
    after = {cell.stack: cell for cell in results.read(path)}
    assert len(after) == 3
    for stack, kept in before.items():
        assert (after[stack] == kept) == stack.endswith("plain_sqlite")


def test_resuming_with_other_words_measures_again(own_stacks, tmp_path):
    path = tmp_path / "results.json"
    common = ["plain_sqlite", "-s", "read_heavy", "--rounds", "2", "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", *common, "--operations", "300"]) == 0
    assert commands.call(["run", *common, "--operations", "400", "--resume"]) == 0
    [cell] = results.read(path)
    assert [round_.operations for round_ in cell.rounds] == [400, 400]


def test_resuming_takes_no_quick_cell_for_one_of_a_full_run_of_the_same_limit(own_stacks, tmp_path):
    path = tmp_path / "results.json"
    common = ["leaking_sqlite", "-s", "balanced", "--no-explain", "-q", "--no-table", "-o", str(path)]
    quick = ["--quick", "--limit", "1"]
    commands.call(["run", *common, *quick])
    [first] = results.read(path)
    commands.call(["run", *common, *quick, "--resume"])
    assert results.read(path) == [first]
    commands.call(["run", *common, "--limit", "1", "--resume", "--time-cap", "1"])
    [again] = results.read(path)
    assert (first.rules, again.rules) == tuple(
        replace(rules.of(1.0), fewest=selection.FEWEST) for rules in (QUICK, Rules())
    )


def test_resuming_measures_again_what_does_not_say_by_which_horizons_it_was_measured(own_stacks, tmp_path):
    path = tmp_path / "results.json"
    common = ["plain_sqlite", "-s", "balanced", "--rounds", "2", "--operations", "3000", "-q", "--no-table"]
    commands.call(["run", *common, "-o", str(path)])
    path.write_text(json.dumps(as_schema_1(json.loads(path.read_text()))))
    assert results.read(path)[0].predates_tests
    commands.call(["run", *common, "-o", str(path), "--resume"])
    assert results.read(path)[0].tests


def asked(**changes):
    fields = {"stack": "any", "scenario": SCENARIOS["read_heavy"], "seed": 0, "rules": Rules()}
    fields |= {"time_cap": 1.0, "stall": 1.0}
    return Job(Environment("/python", "3.11.7", {}, ()), Order(**{**fields, **changes}))


@pytest.mark.parametrize(
    ("kept", "order", "is_done"),
    [
        (CLEAN, {}, True),
        (LEAKING, {}, True),
        (UNSURE, {}, True),
        (FAILED, {}, False),
        (cell(interrupted=True), {}, False),
        (CLEAN, {"seed": 1}, False),
        (CLEAN, {"rules": QUICK}, False),
        (CLEAN, {"truth": "leaking"}, False),
        (CLEAN, {"file": "work.py"}, False),
        (cell(file="work.py", database="postgresql"), {"file": "work.py"}, False),
        (CLEAN, {"rounds": 23}, False),
        (cell(options=("--env", "MODE=a")), {"options": ("--env", "MODE=a")}, True),
        (cell(options=("--env", "MODE=a")), {"options": ("--env", "MODE=b")}, False),
        (cell(protocol="fixed"), {"rounds": 23}, False),
    ],
)
def test_a_kept_cell_is_not_measured_again_if_it_is_what_is_asked_for(kept, order, is_done):
    assert run._is_done(kept, asked(**order)) is is_done


def test_a_kept_cell_of_the_fixed_protocol_must_have_all_its_rounds():
    rounds = tuple(replace(round_, operations=10_000) for round_ in CLEAN.rounds[:5])
    kept = cell(protocol="fixed", rounds=rounds)
    assert run._is_done(kept, asked(rounds=5))
    assert not run._is_done(kept, asked(rounds=6))
