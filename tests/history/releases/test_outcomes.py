import pytest

from cells import cell, failed
from courses import ORDER, course
from find_mem_leaks.history.releases.outcomes import Outcome, Store
from find_mem_leaks.leading.order import Order


def test_an_outcome_that_is_kept_reads_as_it_was(tmp_path):
    store = Store(tmp_path, course())
    for outcome in (Outcome("1.0", cell(), "clean"), Outcome("1.1", None, "no wheel")):
        store.keep(outcome)
        assert store.get(outcome.release) == outcome
    store.forget("1.0")
    assert store.get("1.0") is None


def test_a_damaged_outcome_is_as_good_as_none(tmp_path):
    store = Store(tmp_path, course())
    store.path("1.0").write_text("{")
    assert store.get("1.0") is None


def test_only_what_failed_is_worth_another_try():
    assert Outcome("1.0", cell(), "").is_final
    assert Outcome("1.0", None, "").is_final
    assert not Outcome("1.0", failed(), "").is_final


def test_whatever_the_figures_depend_on_makes_another_key(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("one")
    of_file = Order(**{**vars(ORDER), "file": str(file)})
    others = [
        course(package="other"),
        course(version="3.9.19"),
        course(python="/other"),
        course(requirements=("greenlet",)),
        course(order=Order(**{**vars(ORDER), "time_cap": 2.0})),
        course(order=of_file),
    ]
    keys = {course().key, *(other.key for other in others)}
    file.write_text("two")
    assert len(keys | {course(order=of_file).key}) == 8


def test_asv_parts_figures_by_what_they_depend_on_but_not_by_the_interpreter():
    assert course(version="3.9.19", python="/other").content == course().content
    assert course(requirements=("greenlet",)).content != course().content


@pytest.mark.parametrize(
    ("found", "leaks"),
    [
        (cell(), False),
        (cell(verdict="bounded"), False),
        (cell(16), True),
        (cell(verdict="inconclusive"), None),
        (failed(), None),
        (None, None),
    ],
)
def test_whether_a_release_leaks_is_known_only_of_what_was_judged(found, leaks):
    assert Outcome("1.0", found, "").leaks is leaks


def test_the_series_of_an_interpreter_is_its_first_two_numbers():
    assert course(version="3.12.0rc1").series == "3.12"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema_version": 2, "cells": []}', '{"cells": [1]}'])
def test_whatever_damages_an_outcome_it_is_as_good_as_none(text, tmp_path):
    store = Store(tmp_path, course())
    store.path("1.0").write_text(text)
    assert store.get("1.0") is None


def test_courses_do_not_see_each_others_outcomes(tmp_path):
    Store(tmp_path, course()).keep(Outcome("1.0", None, "no wheel"))
    assert Store(tmp_path, course(package="other")).get("1.0") is None
    assert Store(tmp_path, course()).get("1.0") is not None


def test_what_was_never_kept_can_be_forgotten(tmp_path):
    Store(tmp_path, course()).forget("1.0")
    assert list(Store(tmp_path, course()).folder.iterdir()) == []


def test_a_module_below_the_working_directory_counts_by_its_content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "package").mkdir()
    file = tmp_path / "package" / "work.py"
    file.write_text("one")
    of_module = course(order=Order(**{**vars(ORDER), "file": "package.work"}))
    before = of_module.key
    file.write_text("two")
    assert of_module.key != before


def test_a_workload_that_cannot_be_read_counts_by_its_name():
    gone = [course(order=Order(**{**vars(ORDER), "file": file})).key for file in ("/no/a.py", "/no/b.py", "/no/a.py")]
    assert gone[0] == gone[2] != gone[1]
