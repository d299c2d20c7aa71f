import pytest

from cells import cell, culprit
from find_mem_leaks import commands, errors
from find_mem_leaks.commands import explain
from find_mem_leaks.judging.trials import Trial


@pytest.fixture
def measured(monkeypatch):
    """What ``run`` is asked to measure, in place of measuring it, and what comes of it."""
    asked = []

    def explained(*cells, finished=True):
        monkeypatch.setattr(
            explain.run_, "measure", lambda arguments: asked.append(arguments) or (cells, finished, False)
        )
        return asked

    return explained


def test_a_leak_is_told_with_its_place_and_is_exit_code_3(measured, capsys):
    measured(cell(16, culprits=(culprit(),)))
    assert commands.call(["explain", "sync_session"]) == errors.LEAK
    assert "1. app.py:12 in handler" in capsys.readouterr().out


def test_a_clean_stack_is_exit_code_0_and_an_inconclusive_one_too(measured):
    measured(cell())
    assert commands.call(["explain", "sync_session"]) == errors.CLEAN
    measured(cell(verdict="inconclusive"))
    assert commands.call(["explain", "sync_session"]) == errors.CLEAN


def test_options_of_an_application_are_handed_on(measured):
    asked = measured(cell())
    assert commands.call(["explain", "main:app", "GET /", "--request", "GET /", "--env", "A=b"]) == errors.CLEAN
    assert (asked[0].scenario, asked[0].request, asked[0].env) == (["GET /"], ["GET /"], ["A=b"])


def test_a_database_is_handed_on(measured):
    asked = measured(cell())
    assert commands.call(["explain", "shop.py", "read", "--database", "postgresql"]) == errors.CLEAN
    assert asked[0].database == ["postgresql"]


def test_a_measurement_that_was_broken_off_is_told_and_exits_with_130(measured, capsys):
    measured(cell(16), finished=False)
    assert commands.call(["explain", "sync_session"]) == errors.INTERRUPTED
    assert "leaking" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "scenario"),
    [
        (["sync_session"], ["balanced"]),
        (["sync_session", "read_heavy"], ["read_heavy"]),
        (["intended_leak"], ["sync_handler"]),
        (["work.py"], None),
    ],
)
def test_a_stack_is_explained_under_its_first_scenario_or_the_one_that_is_named(measured, words, scenario):
    asked = measured(cell())
    commands.call(["explain", *words])
    assert asked[-1].scenario == scenario
    assert asked[-1].stacks == words[:1]
    assert asked[-1].explain is True


def test_options_are_those_of_run(measured, tmp_path):
    asked = measured(cell())
    words = [
        "--quick",
        "--python",
        "3.9",
        "--with",
        "a==1",
        "--with",
        "b",
        "--memray",
        str(tmp_path),
        "--explain-cap",
        "7",
    ]
    commands.call(["explain", "sync_session", *words])
    assert (asked[0].quick, asked[0].python, asked[0].requirements) == (True, ["3.9"], ["a==1", "b"])
    assert (asked[0].memray, asked[0].explain_cap) == (tmp_path, 7.0)


def test_what_was_tried_is_told_below_and_then_when_the_limit_is_reached(measured, capsys):
    trials = (Trial("as_it_is", "as it is", 1_000, 1.0, 0.5, 60_000_000, 50_000_000, 60_000_000),)
    asked = measured(cell(16, trials=trials))
    commands.call(["explain", "sync_session", "--what-if", "--memory-limit", "1GiB"])
    assert asked[0].what_if is True
    out = capsys.readouterr().out
    assert out.index("leaking; ") < out.index("what would help") < out.index("A limit of 1 GiB on resident memory:")
    assert "Nothing that was tried gives back a tenth of the 50.0 MB" in out


def test_without_options_nothing_is_asked_for_beside(measured):
    asked = measured(cell())
    commands.call(["explain", "sync_session"])
    assert (asked[0].quick, asked[0].python, asked[0].requirements, asked[0].memray) == (None, None, None, None)
    assert asked[0].what_if is False
