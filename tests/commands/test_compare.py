import json
from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks import commands, errors, results
from find_mem_leaks.commands import compare
from find_mem_leaks.judging.verdict import Verdict


@pytest.fixture
def files(tmp_path):
    def write(*sides):
        paths = []
        for number, cells in enumerate(sides):
            paths.append(str(tmp_path / f"{number}.json"))
            results.write(tmp_path / f"{number}.json", cells)
        return paths

    return write


def test_a_leak_that_was_not_there_before_is_exit_code_3(files, capsys):
    paths = files([cell()], [cell(16)])
    assert commands.call(["compare", *paths]) == errors.LEAK
    out = capsys.readouterr().out
    assert "new leak" in out
    assert "1 cell: 1 new leak, 0 fixed" in out


def test_a_leak_that_is_gone_is_fixed(files, capsys):
    assert commands.call(["compare", *files([cell(16)], [cell()])]) == errors.CLEAN
    assert "1 cell: 0 new leaks, 1 fixed" in capsys.readouterr().out


def test_a_leak_that_an_undecided_run_may_have_had_fails_only_if_strict(files, capsys):
    paths = files([cell(verdict="inconclusive")], [cell(16)])
    assert commands.call(["compare", *paths]) == errors.CLEAN
    assert "leaks; not ruled out before" in capsys.readouterr().out
    assert commands.call(["compare", *paths, "--strict"]) == errors.INCONCLUSIVE
    assert commands.call(["compare", *files([cell()], [cell(16)]), "--strict"]) == errors.LEAK


def test_a_leak_in_both_is_no_news(files):
    assert commands.call(["compare", *files([cell(16)], [cell(16)])]) == errors.CLEAN


def test_a_cell_that_only_the_second_has_is_news_if_it_leaks(files, capsys):
    paths = files([failed()], [cell(16, scenario="read_heavy")])
    assert commands.call(["compare", *paths, "--json"]) == errors.LEAK
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    assert [(pair["scenario"], pair["new_leak"]) for pair in pairs] == [
        ("balanced", False),
        ("read_heavy", True),
    ]
    assert pairs[0]["after"] is None
    assert pairs[0]["before"]["verdict"] == "failed"


def test_two_series_are_compared_stack_by_stack(files, capsys):
    before = [cell(stack="sqlalchemy1x_sync_session", sqlalchemy="1.4.54")]
    assert commands.call(["compare", *files(before, [cell(16)]), "--json"]) == errors.LEAK
    [pair] = json.loads(capsys.readouterr().out)["pairs"]
    assert pair["stack"] == "sync_session"
    assert (pair["before"]["sqlalchemy"], pair["after"]["sqlalchemy"]) == ("1.4.54", "2.0.44")


def names(first, second):
    pairs = compare.match(first, second)
    return [(pair.stack, pair.before is not None, pair.after is not None) for pair in pairs]


def test_files_of_several_series_are_compared_label_by_label():
    both = [cell(stack="sqlalchemy1x_sync_session"), cell()]
    assert names(both, [cell()]) == [
        ("sqlalchemy1x_sync_session", True, False),
        ("sqlalchemy2x_sync_session", True, True),
    ]


def test_an_empty_file_has_nothing_that_the_other_has():
    assert names([], []) == []
    assert names([], [cell()]) == [("sqlalchemy2x_sync_session", False, True)]


def test_a_workload_that_is_called_like_a_series_keeps_its_name():
    own = [cell(stack="sqlalchemy9x_mine", mix=None, file="sqlalchemy9x_mine.py")]
    assert names(own, own) == [("sqlalchemy9x_mine", True, True)]


def test_where_a_file_has_a_cell_twice_a_leaking_one_speaks_for_it():
    [pair] = compare.match([cell(), cell(16), cell()], [cell()])
    assert pair.is_fixed


def test_cells_without_a_series_do_not_keep_two_series_from_being_compared():
    own = cell(stack="mine", mix=None, file="mine.py")
    driver = cell(stack="sqlalchemy1x_sync_driver_psycopg", mix=None)
    before, after = [own, driver], [own, replace(driver, stack="sqlalchemy2x_sync_driver_psycopg")]
    assert names(before, after) == [("mine", True, True), ("sync_driver_psycopg", True, True)]


def test_a_control_that_leaks_as_it_should_is_no_new_leak(files):
    control = cell(16, stack="control", truth="leaking")
    assert commands.call(["compare", *files([cell()], [cell(), control])]) == errors.CLEAN


def test_pythons_that_both_files_hold_are_compared_each_with_itself():
    old, new = cell(16, python="3.9.18"), cell(python="3.13.0")
    pairs = compare.match([old, new], [old, cell(16, python="3.13.0")])
    assert [(pair.scenario, pair.is_new_leak) for pair in pairs] == [
        ("balanced (Python 3.9.18)", False),
        ("balanced (Python 3.13.0)", True),
    ]


def test_a_cell_is_compared_with_that_of_the_same_packages_or_else_of_the_same_python():
    old, new = {"pydantic": "1.10"}, {"pydantic": "2.9"}
    pairs = compare.match(
        [cell(16, packages=old), cell(packages=new)], [cell(16, packages=old), cell(16, packages=new)]
    )
    assert [(pair.scenario, pair.change) for pair in pairs] == [
        ("balanced (pydantic 1.10)", ""),
        ("balanced (pydantic 2.9)", "new leak"),
    ]
    unsure = cell(verdict=Verdict.INCONCLUSIVE, python="3.11.7")
    pairs = compare.match([unsure, cell(python="3.12.1")], [cell(16, python="3.12.2")])
    assert [(pair.scenario, pair.change) for pair in pairs] == [
        ("balanced (Python 3.12.2)", "new leak"),
        ("balanced (Python 3.11.7)", ""),
    ]
    assert pairs[1].after is None
