"""Which cells a call of ``run`` asks for, without measuring any."""

import sys
from dataclasses import replace

import pytest

from find_mem_leaks.commands import named, run, selection
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.subjects import catalogue, scenarios
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.tests import Suite, Test

OPERATION = "def operation(i): ...\n"
STACKS = [
    Stack("plain", "", ("sqlalchemy",)),
    Stack("served", "", ("uvicorn",)),
    Stack("own", "", (), own={"handler": None, "task": "leaking"}),
    Stack("control", "", (), truth="leaking"),
    Stack("needy", "", ("nothing_has_this",)),
]


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """Stacks of every kind, and an interpreter that lacks what one of them needs."""
    monkeypatch.setattr(catalogue, "stacks", lambda: {stack.name: stack for stack in STACKS})
    environment = Environment("/python", "3.11.7", {"sqlalchemy": "2.0.44"}, ("nothing_has_this",))
    monkeypatch.setattr(selection.environments, "describe", lambda python, _: environment)


def jobs(*words, pythons=(sys.executable,)):
    return selection.jobs(run.parse(list(words)), pythons)


def names(*words):
    return [(job.order.stack, job.order.scenario.name) for job in jobs(*words)]


def test_without_a_name_all_but_controls_are_measured_that_the_interpreter_can_run():
    assert {stack for stack, _ in names()} == {"plain", "served"}
    assert {stack for stack, _ in names("--all")} == {"plain", "served", "own", "control"}


def test_a_stack_takes_the_usual_scenarios_and_a_served_one_only_the_first():
    assert [scenario for stack, scenario in names() if stack == "plain"] == list(scenarios.DEFAULT)
    assert [scenario for stack, scenario in names() if stack == "served"] == [scenarios.DEFAULT[0]]
    assert [scenario for stack, scenario in names("--all") if stack == "served"] == list(scenarios.DEFAULT)


def test_a_quick_run_takes_one_scenario_of_each():
    assert names("plain", "served", "--quick") == [("plain", "balanced"), ("served", "balanced")]


def test_a_stack_with_scenarios_of_its_own_takes_these():
    assert names("own") == [("own", "handler"), ("own", "task")]
    assert names("own", "-s", "task") == [("own", "task")]
    assert [job.order.truth for job in jobs("own")] == [None, "leaking"]


def test_scenarios_that_are_asked_for_are_taken_once_and_in_that_order():
    asked = ["-s", "read_heavy", "-s", "1000000_operations", "-s", "read_heavy"]
    assert names("plain", *asked) == [("plain", "read_heavy"), ("plain", "1000000_operations")]


def test_a_scenario_with_a_number_in_its_name_carries_it_out_in_five_rounds():
    found = {job.order.scenario.name: job.order for job in jobs("plain", "-s", "100000_operations", "-s", "balanced")}
    exact = found["100000_operations"]
    assert (exact.protocol, exact.rounds, exact.scenario.operations) == ("fixed", 5, 100_000)
    assert found["balanced"].protocol == "auto"


def test_the_rounds_of_a_scenario_with_a_number_may_be_others_but_not_its_number():
    [job] = jobs("plain", "-s", "10000_operations", "--rounds", "2", "--operations", "10000")
    assert (job.order.rounds, job.order.scenario.operations) == (2, 10_000)
    with pytest.raises(UsageError, match="for 400 ask for -s balanced --operations 400"):
        jobs("plain", "-s", "10000_operations", "--operations", "400")


def test_the_balanced_scenario_carries_out_any_number_that_is_asked_for():
    [job] = jobs("plain", "-s", "balanced", "--rounds", "5", "--operations", "400")
    assert (job.order.protocol, job.order.rounds, job.order.scenario.operations) == ("fixed", 5, 400)


def test_a_mix_of_ones_own_is_for_stacks_that_take_mixes():
    assert names("plain", "own", "--mix", "1/1/1/1") == [("plain", "mix_1_1_1_1")]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["plian"], "plain"),
        (["sqlalchemy2x_plian"], "sqlalchemy2x_plain"),
        (["plain", "-s", "raed_heavy"], "read_heavy"),
        (["own", "-s", "hanlder"], "handler"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(words, hint):
    with pytest.raises(UsageError, match=f"did you mean {hint}"):
        jobs(*words)


@pytest.mark.parametrize("words", [["needy"], ["need*"], ["needy", "plain"]])
def test_a_stack_that_is_asked_for_by_name_or_alone_is_not_passed_over(words):
    with pytest.raises(UsageError, match="needy needs nothing_has_this"):
        jobs(*words)


def test_a_pattern_passes_over_what_the_interpreter_cannot_run():
    assert {stack for stack, _ in names("*e*y", "p*")} == {"plain"}


def test_patterns_match_short_names_and_labels_and_name_a_stack_once():
    assert {stack for stack, _ in names("sqlalchemy2x_*", "plain", "pl*")} == {"plain"}
    assert jobs("plain")[0].label == "sqlalchemy2x_plain"
    assert jobs("served")[0].label == "served"


def test_nothing_to_measure_is_refused():
    with pytest.raises(UsageError, match="none of these stacks has such a scenario"):
        jobs("plain", "-s", "handler")


def test_the_parts_make_up_the_whole():
    whole = names()
    parts = [names("--shard", f"{part}/4") for part in range(1, 5)]
    assert sorted(cell for part in parts for cell in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert names("--shard", "9/9") == []


def test_two_interpreters_that_are_alike_are_refused():
    with pytest.raises(UsageError, match="measure them in two runs"):
        jobs("plain", pythons=("/one", "/other"))


def test_a_file_is_a_workload_beside_the_stacks_that_are_named(tmp_path):
    file = tmp_path / "own_work.py"
    file.write_text(OPERATION)
    [job] = jobs(str(file))
    assert (job.order.file, job.label, job.order.scenario.name) == (str(file), "own_work", "operation")
    assert [job.order.stack for job in jobs(str(file), "served", "package.module")] == [
        "served", "own_work", "package.module",
    ]  # fmt: skip


def test_an_old_sqlalchemy_is_refused_for_stacks_but_not_for_a_file(tmp_path, monkeypatch):
    old = Environment("/python", "3.11.7", {"sqlalchemy": "1.3.24"}, ())
    monkeypatch.setattr(selection.environments, "describe", lambda python, _: old)
    (tmp_path / "own.py").write_text(OPERATION)
    [job] = jobs(str(tmp_path / "own.py"))
    assert job.environment.packages["sqlalchemy"] == "1.3.24"
    with pytest.raises(UsageError, match=r"has SQLAlchemy 1\.3\.24: install 1\.4 or newer"):
        jobs(str(tmp_path / "own.py"), "plain")


MANY = "def operation_read(i): ...\ndef operation_write(i): ...\n"


@pytest.mark.parametrize(
    ("words", "scenarios"),
    [
        ([], ["read", "write"]),
        (["-s", "write"], ["write"]),
        (["-s", "write", "-s", "read"], ["read", "write"]),
        (["--operations", "5"], ["read", "write"]),
    ],
)
def test_each_operation_of_a_file_is_a_cell_and_s_picks_among_them(tmp_path, words, scenarios):
    (tmp_path / "own.py").write_text(MANY)
    found = jobs(str(tmp_path / "own.py"), *words)
    assert [job.order.scenario.name for job in found] == scenarios
    assert {job.name for job in found} == {f"own {name}" for name in scenarios}
    assert {job.order.scenario.operations for job in found} == {5 if words == ["--operations", "5"] else 10_000}


def test_beside_stacks_an_operation_is_picked_from_the_file_alone(tmp_path):
    (tmp_path / "own.py").write_text(MANY)
    assert names(str(tmp_path / "own.py"), "plain", "-s", "read") == [("own", "read")]


def test_an_operation_that_is_not_in_the_file_is_refused_with_the_nearest(tmp_path):
    (tmp_path / "own.py").write_text(MANY)
    with pytest.raises(UsageError, match="there is no scenario 'wirte'; did you mean write"):
        jobs(str(tmp_path / "own.py"), "-s", "wirte")
    with pytest.raises(UsageError, match=r"there is no scenario 'read_heavy'; did you mean read\?"):
        jobs(str(tmp_path / "own.py"), "-s", "read_heavy")


def ordered(*words):
    return jobs("served", *words)[0].order


def test_rounds_or_operations_ask_for_the_fixed_protocol():
    assert ordered().protocol == "auto"
    assert (ordered("--rounds", "3").rounds, ordered("--rounds", "3").scenario.operations) == (3, 10_000)
    asked = ordered("--operations", "50")
    assert (asked.rounds, asked.scenario.operations) == (selection.FIXED_ROUNDS, 50)


def test_the_rules_are_the_usual_ones_or_quick_with_what_is_said_otherwise():
    assert ordered().rules == Rules(fewest=selection.FEWEST)
    assert ordered("--quick").rules == replace(QUICK, fewest=selection.FEWEST)
    asked = ordered("--quick", "--limit", "3", "--confidence", "0.9").rules
    assert (asked.limit, asked.confidence, asked.convict) == (3.0, 0.9, QUICK.convict)


def test_a_quick_cell_may_take_less_time_unless_it_is_said_otherwise():
    assert ordered().time_cap == selection.TIME_CAP
    assert ordered("--quick").time_cap == selection.QUICK_TIME_CAP
    assert ordered("--quick", "--time-cap", "7").time_cap == 7


SETTINGS = "LIMIT = 50\nTIME_CAP = 7\nEXPECT = 'leaking'\n"


@pytest.mark.parametrize(
    ("words", "limit", "time_cap"),
    [
        ([], 50, 7),
        (["--limit", "2"], 2, 7),
        (["--time-cap", "9"], 50, 9),
        (["--quick"], 50, selection.QUICK_TIME_CAP),
    ],
)
def test_a_file_is_judged_as_it_says_unless_an_option_says_otherwise(tmp_path, words, limit, time_cap):
    (tmp_path / "own.py").write_text(OPERATION + SETTINGS)
    [job] = jobs(str(tmp_path / "own.py"), *words)
    assert (job.order.rules.limit, job.order.time_cap, job.order.truth) == (limit, time_cap, "leaking")


def test_a_file_whose_operations_are_slow_is_acquitted_by_as_few_as_before(tmp_path):
    (tmp_path / "own.py").write_text(OPERATION)
    assert jobs(str(tmp_path / "own.py"))[0].order.rules == Rules()
    assert {job.order.rules.fewest for job in jobs("plain", "served", "own")} == {2_000}


def test_a_stack_has_more_time_for_its_fewest_operations_unless_its_time_is_said(tmp_path):
    (tmp_path / "own.py").write_text(OPERATION)
    assert ordered().grace == selection.GRACE * selection.TIME_CAP
    assert ordered("--quick").grace == selection.GRACE * selection.QUICK_TIME_CAP
    assert ordered("--time-cap", "9").grace == jobs(str(tmp_path / "own.py"))[0].order.grace == 0


def test_a_limit_that_is_asked_for_does_not_go_by_the_pace(tmp_path):
    (tmp_path / "own.py").write_text(OPERATION + "LIMIT = 1\n")
    assert jobs(str(tmp_path / "own.py"))[0].order.rules.hourly == 0
    assert ordered("--limit", "1").rules.hourly == 0
    assert ordered("--quick").rules.hourly == Rules().hourly > 0


def test_clients_are_scenarios_of_stacks_behind_a_server_alone():
    assert names("served", "--clients", "tcp_probe,reset_idle") == [("served", "tcp_probe"), ("served", "reset_idle")]
    assert all(job.order.scenario.is_client for job in jobs("served", "--clients", "tcp_probe"))
    assert {stack for stack, _ in names("--clients", "all")} == {"served"}
    with pytest.raises(UsageError, match="none of these stacks has such a scenario"):
        names("plain", "--clients", "all")


def test_a_client_is_asked_for_as_a_scenario_too_and_beside_others():
    assert names("served", "-s", "tcp_probe") == [("served", "tcp_probe")]
    beside = names("served", "-s", "balanced", "--clients", "tcp_probe")
    assert beside == [("served", "balanced"), ("served", "tcp_probe")]
    assert [job.order.scenario.operations for job in jobs("served", "-s", "tcp_probe", "--operations", "60")] == [60]


def test_a_client_without_its_module_is_left_out_of_all_and_refused_by_its_name(monkeypatch):
    known = [Stack("served", "", ("uvicorn",), routes={"websocket": "/socket"})]
    monkeypatch.setattr(catalogue, "stacks", lambda: {stack.name: stack for stack in known})
    assert "websocket_dropped" in {scenario for _, scenario in names("served", "--clients", "all")}
    environment = Environment("/python", "3.11.7", {"sqlalchemy": "2.0.44"}, ("websockets",))
    monkeypatch.setattr(selection.environments, "describe", lambda python, _: environment)
    assert "websocket_dropped" not in {scenario for _, scenario in names("served", "--clients", "all")}
    with pytest.raises(UsageError, match="websocket_dropped needs websockets, which /python lacks"):
        names("served", "--clients", "websocket_dropped")


@pytest.fixture
def suite(monkeypatch):
    """A suite of two tests in a folder, as pytest collects it."""
    tests = tuple(Test(f"tests/test_a.py::{name}", "/tests/test_a.py") for name in ("test_b", "test_c[1]"))
    found = Suite(tests, "/")
    monkeypatch.setattr(named.of_tests, "find", lambda names, _: [name for name in names if name == "tests"])
    monkeypatch.setattr(named.tests, "collected", lambda *_: found)
    return found


def test_each_test_is_a_cell_and_a_scenario_picks_some(suite):
    assert names("tests") == [("tests/test_a.py", "test_b"), ("tests/test_a.py", "test_c[1]")]
    assert names("tests", "-s", "test_c") == [("tests/test_a.py", "test_c[1]")]
    assert ("plain", "balanced") in names("tests", "plain")
    with pytest.raises(UsageError, match="there is no scenario 'test_d'; did you mean"):
        jobs("tests", "-s", "test_d")


def test_tests_are_judged_quickly_unless_it_is_said(suite):
    assert [job.order.rules for job in jobs("tests")] == [QUICK, QUICK]
    assert jobs("tests", "--no-quick")[0].order.rules == Rules()
    assert jobs("tests", "--limit", "1")[0].order.rules == QUICK.of(1.0)
    [job, _] = jobs("tests", "--env", "SHOP=1", "--time-cap", "9")
    assert (job.order.variables, job.order.time_cap) == ({"SHOP": "1"}, 9.0)
    assert job.order.test == suite.request(suite.tests[0])


def test_tests_open_their_own_databases(suite):
    with pytest.raises(UsageError, match="--database is for stacks and files of operations"):
        jobs("tests", "--database", "sqlite")
