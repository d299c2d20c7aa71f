import pytest

from cells import cell, culprit
from find_mem_leaks import commands, errors
from find_mem_leaks.commands import run
from find_mem_leaks.known import Known, Leak, read

LEAKING = cell(300.0, stack="shop", scenario="operation", culprits=(culprit("shop.py", 3, "add"),))
CLEAN = cell(0.0, stack="shop", scenario="operation")
ADD = Known(Leak("shop.py in add", "memory"), ("shop operation",))


@pytest.fixture
def measured(monkeypatch):
    """The cells that runs have measured, and whether they were finished."""
    found = {"cells": [LEAKING], "finished": True}
    monkeypatch.setattr(run, "measure", lambda _: (found["cells"], found["finished"], False))
    return found


def test_a_run_fails_for_leaks_that_the_file_does_not_list(measured, tmp_path, capsys):
    file = tmp_path / "known.txt"
    known = ["run", "shop.py", "--known", str(file)]
    assert commands.call(["run", "shop.py"]) == errors.LEAK
    assert commands.call([*known, "--update-known"]) == errors.CLEAN
    assert read(file) == [ADD]
    assert commands.call(known) == errors.CLEAN
    assert "1 known leak, 0 of them fixed; 0 new" in capsys.readouterr().out
    measured["cells"] = [LEAKING, cell(300.0, stack="shop", scenario="operation", culprits=(culprit("b.py"),))]
    assert commands.call(known) == errors.LEAK
    assert "new: b.py in handler: memory" in capsys.readouterr().out


def test_a_run_tells_what_is_fixed_and_takes_it_out_where_it_is_asked_to(measured, tmp_path, capsys):
    file = tmp_path / "known.txt"
    commands.call(["run", "shop.py", "--known", str(file), "--update-known"])
    measured["cells"] = [CLEAN]
    capsys.readouterr()
    assert commands.call(["run", "shop.py", "--known", str(file), "--json"]) == errors.CLEAN
    assert "fixed: shop.py in add: memory (in shop operation)" in capsys.readouterr().err
    assert read(file) == [ADD]
    commands.call(["run", "shop.py", "--known", str(file), "--update-known"])
    assert read(file) == []


def test_a_run_that_was_interrupted_leaves_the_file_as_it_is(measured, tmp_path):
    file = tmp_path / "known.txt"
    measured["finished"] = False
    assert commands.call(["run", "shop.py", "--known", str(file), "--update-known"]) == errors.INTERRUPTED
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--update-known"], "--update-known writes into a file: name it with --known FILE"),
        (["--known", "no/such/known.txt"], "no/such/known.txt cannot be read"),
        (["--known", "no/such/known.txt", "--update-known"], "no/such/known.txt cannot be written"),
    ],
)
def test_a_file_that_will_not_do_is_refused_before_anything_is_measured(measured, capsys, arguments, message):
    assert commands.call(["run", "shop.py", *arguments]) == errors.USAGE
    assert message in capsys.readouterr().err
