import shlex
from dataclasses import replace

import pytest

from cells import cell
from find_mem_leaks import commands
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.reports import rerun

OWN = {"mix": None, "sqlalchemy": None, "packages": {"sqlalchemy": None}}


def understood(line):
    name, *words = shlex.split(line)
    assert name == "find-mem-leaks"
    return commands.parser().parse_args(words)


def test_the_command_measures_the_same_again():
    asked = understood(rerun.command(cell(rules=Rules(limit=8.0, confidence=0.95), seed=7)))
    assert (asked.stacks, asked.scenario) == (["sqlalchemy2x_sync_session"], ["balanced"])
    assert (asked.limit, asked.confidence, asked.seed, asked.rounds) == (8.0, 0.95, 7, None)
    assert asked.requirements == ["sqlalchemy==2.0.44", "psutil==7.2.2"]
    assert asked.python == ["3.11"]


def test_the_command_of_a_fixed_run_has_its_rounds():
    fixed = cell(protocol="fixed", scenario="mix_30_40_20_10")
    asked = understood(rerun.command(fixed))
    assert (asked.rounds, asked.operations) == (23, fixed.rounds[0].operations)
    assert (asked.scenario, asked.mix) == (None, "30/40/20/10")


def test_the_command_of_a_cell_that_is_called_after_a_number_it_did_not_carry_out_can_be_given():
    asked = understood(rerun.command(cell(protocol="fixed", scenario="10000_operations")))
    assert (asked.scenario, asked.operations) == (["balanced"], cell().rounds[0].operations)


def test_the_command_of_a_workload_names_its_file_and_is_safe_in_a_shell():
    asked = understood(rerun.command(cell(stack="x", scenario="operation", file="/home/a b; rm -rf $HOME.py", **OWN)))
    assert (asked.stacks, asked.scenario) == (["/home/a b; rm -rf $HOME.py"], None)


@pytest.mark.parametrize("scenario", ["read", "mix_1", "read-large one"])
def test_the_command_of_one_of_several_operations_names_it(scenario):
    asked = understood(rerun.command(cell(stack="x", scenario=scenario, file="own.py", **OWN)))
    assert (asked.stacks, asked.scenario, asked.mix) == (["own.py"], [scenario], None)


def test_a_scenario_of_a_mix_of_ones_own_is_asked_for_as_that_mix():
    asked = understood(rerun.command(cell(scenario="mix_1_2_3_4")))
    assert (asked.mix, asked.scenario) == ("1/2/3/4", None)


def test_the_usual_rules_and_seed_are_not_repeated():
    assert not {"--limit", "--confidence", "--seed", "--rounds"} & set(shlex.split(rerun.command(cell())))


def test_a_fixed_cell_that_never_had_a_round_is_measured_by_the_other_protocol():
    asked = understood(rerun.command(cell(protocol="fixed", rounds=())))
    assert (asked.rounds, asked.operations) == (None, None)


@pytest.mark.parametrize("name", ["own file.py", "it's.py", "a;b.py", "$HOME.py"])
def test_a_shell_takes_any_file_for_one_word(name):
    assert understood(rerun.command(cell(file=name, **OWN))).stacks == [name]


def test_the_command_of_a_test_names_it_as_pytest_does_and_is_quick_unless_it_was_not():
    test = {"stack": "tests/test_a.py", "file": "tests/test_a.py", "scenario": "test_b[1 2]", **OWN}
    node = "tests/test_a.py::test_b[1 2]"
    asked = understood(rerun.command(cell(test=node, rules=QUICK, **test)))
    assert (asked.stacks, asked.scenario, asked.limit, asked.quick) == ([node], None, None, None)
    assert understood(rerun.command(cell(test=node, rules=Rules(), **test))).quick is False


def test_the_command_of_an_application_has_the_options_that_it_was_given():
    options = ("--quick", "--python", ".venv/bin/python", "--header", "X-Token: ***", "--workers", "2")
    found = cell(stack="main:app", file="main:app", scenario="GET /", options=options, rules=QUICK, **OWN)
    asked = understood(rerun.command(found))
    assert (asked.stacks, asked.scenario, asked.python) == (["main:app"], ["GET /"], [".venv/bin/python"])
    assert (asked.header, asked.workers, asked.quick, asked.limit) == (["X-Token: ***"], 2, True, None)
    assert asked.requirements is None


def test_the_command_of_a_stack_has_its_database_and_its_versions():
    asked = understood(rerun.command(cell(database="postgresql+asyncpg", options=("--concurrency", "4"))))
    assert (asked.database, asked.concurrency) == (["postgresql+asyncpg"], 4)
    assert asked.requirements == ["sqlalchemy==2.0.44", "psutil==7.2.2"]


def test_the_command_names_the_stack_by_the_name_that_run_takes_and_numbers_to_their_last_digit():
    on = cell(stack="sqlalchemy2x_sync_session_psycopg", database="postgresql+psycopg")
    asked = understood(rerun.command(replace(on, rules=Rules(limit=1_234_567.0, confidence=0.9999999))))
    assert (asked.stacks, asked.database) == (["sqlalchemy2x_sync_session"], ["postgresql+psycopg"])
    assert (asked.limit, asked.confidence) == (1_234_567.0, 0.9999999)
