"""Which stacks one call of the tool measures, and whose its records are."""

import json
import os

from find_mem_leaks.history import together
from find_mem_leaks.history.together import Wanted

KNOWN = ("balanced", "read_heavy")
OWN = ("async_handler", "leak_in_handler")
QUICK, OTHER = ("--quick",), ("--rounds", "5")


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


def test_stacks_with_scenarios_of_their_own_are_asked_for_all_in_one(tmp_path):
    calls = []

    def measure(*words):
        calls.append(words)
        return [{"stack": "handlers", "scenario": "leak_in_handler"}]

    plain, handlers = wanted("plain", "balanced"), wanted("handlers", "leak_in_handler", known=OWN)
    assert len(together.records(tmp_path, handlers, [plain, handlers], measure)) == 1
    assert together.records(tmp_path, plain, [plain, handlers], measure) == []
    assert calls == [(["plain", "handlers"], ["balanced", "leak_in_handler"], QUICK)]


def test_another_commit_and_another_environment_are_measured_anew(tmp_path, monkeypatch):
    calls = []
    both = [wanted("first", "balanced"), wanted("second", "balanced")]

    def measure(*_):
        calls.append((os.environ["ASV_COMMIT"], os.environ["ASV_ENV_NAME"]))
        return []

    for commit, environment in (("a", "2.0"), ("a", "2.0"), ("b", "2.0"), ("b", "2.1")):
        monkeypatch.setenv("ASV_COMMIT", commit)
        monkeypatch.setenv("ASV_ENV_NAME", environment)
        together.records(tmp_path, both[0], both, measure)
    assert calls == [("a", "2.0"), ("b", "2.0"), ("b", "2.1")]


def test_a_record_is_of_the_stack_that_its_label_names(tmp_path):
    labels = ["async_session", "sqlalchemy21x_async_session", "fastapi_async_session", "sqlalchemy2x_async_session_two"]
    own = wanted("async_session", "balanced")
    made = [{"stack": label, "scenario": "balanced"} for label in labels]
    found = together.records(tmp_path, own, [own, wanted("second", "balanced")], lambda *_: made)
    assert [record["stack"] for record in found] == labels[:2]


def test_drivers_of_one_kind_share_a_call_and_each_has_the_records_of_its_own(tmp_path):
    calls = []

    def measure(*words):
        calls.append(words)
        return made

    def on(database, stack="async_session", kind="postgresql async"):
        return wanted(stack, "balanced", database=database, kind=kind)

    names = ["postgresql+asyncpg", "postgresql+psycopg"]
    made = [{"stack": f"async_session_{name[11:]}", "scenario": "balanced", "database": name} for name in names]
    first, second = map(on, names)
    others = [wanted("async_session", "balanced"), on("postgresql+psycopg", "sync_session", "postgresql sync")]
    everything = [others[0], first, others[1], second]
    assert together.sharing(second, everything) == [first, second]
    assert together.records(tmp_path, second, everything, measure) == made[1:]
    assert together.records(tmp_path, first, everything, measure) == made[:1]
    on_both = ("--database", "postgresql+asyncpg", "--database", "postgresql+psycopg")
    assert calls == [(["async_session"], ["balanced"], (*QUICK, *on_both))]


def test_half_of_a_stacks_records_count_for_none(tmp_path):
    own = wanted("plain", *KNOWN)
    made = [{"stack": "plain", "scenario": "balanced"}]
    assert together.records(tmp_path, own, [own, wanted("also", *KNOWN)], lambda *_: made) == []


def test_without_a_list_of_classes_none_is_known(tmp_path, monkeypatch):
    monkeypatch.delenv(together.VARIABLE, raising=False)
    assert together.folder() is None
    monkeypatch.setenv(together.VARIABLE, str(tmp_path))
    assert together.folder() == tmp_path
    assert together.classes(tmp_path) == []
    (tmp_path / together.CLASSES).write_text("plain.A\nserved.B")
    assert together.classes(tmp_path) == ["plain.A", "served.B"]


def test_the_records_are_kept_as_they_were_made(tmp_path):
    own = wanted("plain", "balanced")
    made = [{"stack": "plain", "scenario": "balanced", "verdict": "clean"}]
    assert together.records(tmp_path, own, [own, wanted("also", "balanced")], lambda *_: made) == made
    [file] = tmp_path.iterdir()
    assert json.loads(file.read_text()) == made
