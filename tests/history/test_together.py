"""Which stacks one call of the tool measures, and whose its records are."""

import json
import os
import threading

import pytest

from find_mem_leaks.history import calls, together
from find_mem_leaks.history.together import Wanted

KNOWN = ("balanced", "read_heavy")
OWN = ("async_handler", "leak_in_handler")
QUICK, OTHER = ("--quick",), ("--rounds", "5")


@pytest.fixture
def call(tmp_path):
    """Return the records of a stack from a call that has ended and made these; and what was asked for before."""

    def records(own, everything, made=(), ended=True):
        def command(*words):
            *asked, file = words
            if made:
                file.write_text(json.dumps({"cells": made}))
            if ended:
                file.with_suffix(calls.ENDED).write_text('[0, ""]')
            return asked

        found = together.records(tmp_path, own, everything, command)
        return found, [json.loads(file.read_text())["command"] for file in tmp_path.glob(f"*{calls.ASKED}")]

    return records


def wanted(stack, *scenarios, known=KNOWN, options=QUICK, database="", kind=""):
    return Wanted(stack, known, scenarios, options, database, kind)


def test_stacks_share_a_call_where_none_is_measured_under_more_than_it_wants():
    plain, also = wanted("plain", *KNOWN), wanted("also", *KNOWN)
    served, handlers = wanted("served", "balanced"), wanted("handlers", "leak_in_handler", known=OWN)
    everything = [plain, served, handlers, also]
    assert together.sharing(also, everything) == [plain, handlers, also]
    assert together.sharing(served, everything) == [served]


def test_calls_with_other_options_are_not_shared():
    first, second = wanted("first", "balanced"), wanted("second", "balanced", options=OTHER)
    assert together.sharing(first, [first, second]) == [first]


def test_a_stack_that_was_not_asked_for_shares_no_call():
    assert together.sharing(wanted("third", "balanced"), [wanted("first", "balanced")]) == []


def test_stacks_with_scenarios_of_their_own_are_asked_for_all_in_one(call):
    plain, handlers = wanted("plain", "balanced"), wanted("handlers", "leak_in_handler", known=OWN)
    made = [{"stack": "handlers", "scenario": "leak_in_handler", "verdict": "clean"}]
    assert call(handlers, [plain, handlers], made)[0] == made
    found, asked = call(plain, [plain, handlers], made)
    assert found == []
    assert asked == [[["plain", "handlers"], ["balanced", "leak_in_handler"], list(QUICK)]]


def test_another_commit_and_another_environment_are_measured_anew(call, monkeypatch):
    numbers = []
    both = [wanted("first", "balanced"), wanted("second", "balanced")]
    for commit, environment in (("a", "2.0"), ("a", "2.0"), ("b", "2.0"), ("b", "2.1")):
        monkeypatch.setenv("ASV_COMMIT", commit)
        monkeypatch.setenv("ASV_ENV_NAME", environment)
        numbers.append(len(call(both[0], both)[1]))
    assert numbers == [1, 1, 2, 3]


def test_a_record_is_of_the_stack_that_its_label_names(call):
    labels = ["async_session", "sqlalchemy21x_async_session", "fastapi_async_session", "sqlalchemy2x_async_session_two"]
    own = wanted("async_session", "balanced")
    made = [{"stack": label, "scenario": "balanced", "verdict": "clean"} for label in labels]
    found, _ = call(own, [own, wanted("second", "balanced")], made)
    assert [record["stack"] for record in found] == labels[:2]


def test_drivers_of_one_kind_share_a_call_and_each_has_the_records_of_its_own(call):
    def on(database, stack="async_session", kind="postgresql async"):
        return wanted(stack, "balanced", database=database, kind=kind)

    names = ["postgresql+asyncpg", "postgresql+psycopg"]
    made = [
        {"stack": f"async_session_{name[11:]}", "scenario": "balanced", "database": name, "verdict": "clean"}
        for name in names
    ]
    first, second = map(on, names)
    others = [wanted("async_session", "balanced"), on("postgresql+psycopg", "sync_session", "postgresql sync")]
    everything = [others[0], first, others[1], second]
    assert together.sharing(second, everything) == [first, second]
    assert call(second, everything, made)[0] == made[1:]
    found, asked = call(first, everything, made)
    assert found == made[:1]
    on_both = ("--database", "postgresql+asyncpg", "--database", "postgresql+psycopg")
    assert asked == [[["async_session"], ["balanced"], [*QUICK, *on_both]]]


def test_half_of_a_stacks_records_count_for_none(call):
    own = wanted("plain", *KNOWN)
    made = [{"stack": "plain", "scenario": "balanced", "verdict": "clean"}]
    assert call(own, [own, wanted("also", *KNOWN)], made)[0] == []


@pytest.mark.parametrize(
    ("record", "is_awaited"),
    [
        ({"verdict": "clean", "explaining_seconds": None}, False),
        ({"verdict": "leaking", "explaining_seconds": 2.5}, False),
        ({"verdict": "leaking", "explaining_seconds": None}, True),
        ({"verdict": "leaking"}, True),
    ],
)
def test_a_record_is_taken_while_its_call_goes_on_unless_its_culprits_are_still_to_come(
    call, tmp_path, record, is_awaited
):
    own, taken = wanted("plain", "balanced"), []
    made = [{"stack": "plain", "scenario": "balanced", **record}]
    both = [own, wanted("also", "balanced")]
    (tmp_path / calls.MAKER).write_text(str(os.getpid()))
    thread = threading.Thread(target=lambda: taken.append(call(own, both, made, ended=False)[0]))
    thread.start()
    thread.join(5 * calls.PAUSE if is_awaited else None)
    assert thread.is_alive() == is_awaited
    for asked in tmp_path.glob(f"*{calls.ASKED}"):
        asked.with_suffix(".written").write_text('[3, ""]')
        asked.with_suffix(".written").replace(asked.with_suffix(calls.ENDED))
    thread.join()
    assert taken == [made]


def test_without_a_list_of_classes_none_is_known(tmp_path, monkeypatch):
    monkeypatch.delenv(together.VARIABLE, raising=False)
    assert together.folder() is None
    monkeypatch.setenv(together.VARIABLE, str(tmp_path))
    assert together.folder() == tmp_path
    assert together.classes(tmp_path) == []
    (tmp_path / together.CLASSES).write_text("plain.A\nserved.B")
    assert together.classes(tmp_path) == ["plain.A", "served.B"]


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_what_is_no_results_file_has_no_records(tmp_path, text):
    file = tmp_path / "results.json"
    if text is not None:
        file.write_text(text)
    assert together.read(file) == []
