import io
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cells import cell, culprit, failed
from find_mem_leaks import known, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.known import Known, Leak
from find_mem_leaks.leading import suites
from find_mem_leaks.plugin import judge

SETTINGS = {
    "rootdir": "/shop",
    "configuration": "/shop/pytest.ini",
    "arguments": ["--db", "x"],
    "jobs": 2,
    "report": None,
    "known": None,
    "update": False,
}
NODEID = "tests/test_a.py::test_b[1]"
CALL = {"do": "judge", "key": f"0/{NODEID}", "nodeid": NODEID, "path": "/shop/tests/test_a.py", "number": 0, "name": ""}
TEST = {**CALL, "limit": None, "seconds": None}
OPERATION = {**TEST, "key": f"2/{NODEID}", "number": 2, "name": "<lambda>"}
LEAKING = cell(300.0, stack="tests/test_a.py", scenario="test_b[1]", culprits=(culprit("shop.py", 3, "add"),))
CLEAN = cell(0.0, stack="tests/test_a.py", scenario="test_b[1]")
ADD = Known(Leak("shop.py in add", "memory"), ("tests/test_a.py test_b[1]",))


@pytest.fixture
def measured(monkeypatch):
    """The cell that is measured, whatever is asked for."""
    found = {"cell": LEAKING}

    def run(jobs, at_once, progress, done, explaining):
        found["jobs"] = jobs
        done(found["cell"])
        return True

    monkeypatch.setattr(judge.runner, "run", run)
    return found


def served(*requests, wait=False, **settings):
    """The replies to these requests, in a run with these settings; ``wait``: to all that are judged."""
    lines = [{**SETTINGS, **settings}, *requests]
    replies = io.BytesIO()
    judge.serve(io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines)), replies)
    deadline = time.monotonic() + 60
    while wait and replies.getvalue().count(b"\n") < len(requests) and time.monotonic() < deadline:
        time.sleep(0.01)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def test_a_test_is_measured_as_pytest_was_called(measured):
    run = judge.begin(SETTINGS)
    order = run.job(TEST).order
    assert (order.stack, order.scenario.name, order.rules) == ("tests/test_a.py", "test_b[1]", suites.RULES)
    where = ["--rootdir", "/shop", "-c", "/shop/pytest.ini", "--db", "x"]
    assert order.test == {"nodeid": NODEID, "path": "/shop/tests/test_a.py", "arguments": where}
    asked = run.job({**TEST, "limit": 5, "seconds": 7}).order
    assert (asked.rules.limit, asked.rules.hourly, asked.time_cap) == (5, 0.0, 7)


def test_an_operation_is_a_cell_of_its_own():
    order = judge.begin(SETTINGS).job(OPERATION).order
    assert order.scenario.name == "test_b[1] leaks(<lambda>) 2"
    assert order.test["operation"] == 2
    assert judge.begin(SETTINGS).job({**OPERATION, "number": 1}).order.scenario.name == "test_b[1] leaks(<lambda>)"


def test_a_leak_fails_the_test_with_all_that_is_known_of_it(measured):
    answer = judge.begin(SETTINGS).answer(TEST)
    assert answer["key"] == TEST["key"]
    assert (answer["verdict"], answer["fails"]) == ("leaking", True)
    assert "at shop.py:3 in add" in answer["message"]
    assert results.from_json(json.loads(answer["document"]), "here") == [LEAKING]
    assert answer["seconds"] == pytest.approx(LEAKING.waited_seconds)


@pytest.mark.parametrize(
    ("found", "call", "fails"),
    [
        (LEAKING, {**TEST, "limit": 299}, True),
        (LEAKING, {**TEST, "limit": 301}, False),
        (replace(LEAKING, convicted_by=("threads",)), {**TEST, "limit": 301}, True),
        (CLEAN, TEST, False),
        (replace(CLEAN, verdict=Verdict.INCONCLUSIVE), OPERATION, False),
        (failed(), TEST, False),  # pytest itself has seen it pass
        (failed(), OPERATION, True),
        (replace(CLEAN, verdict=Verdict.SKIPPED), TEST, False),
        (replace(CLEAN, verdict=Verdict.SKIPPED), OPERATION, True),
    ],
)
def test_what_fails_is_a_leak_above_the_limit_or_an_operation_that_is_not_measured(measured, found, call, fails):
    measured["cell"] = found
    assert judge.begin(SETTINGS).answer(call)["fails"] is fails


def test_a_leak_that_is_known_fails_no_test_and_is_told_at_the_end(measured, tmp_path):
    file = tmp_path / "known.txt"
    known.write(file, [ADD, Known(Leak("gone.py in f", "memory"), ("tests/test_a.py test_c",))])
    fixed = replace(CLEAN, scenario="test_c")
    documents = [json.dumps(results.to_json([each])) for each in (LEAKING, fixed)]
    finish = {"do": "finish", "documents": documents, "is_whole": True}
    run = judge.begin({**SETTINGS, "known": str(file)})
    assert not run.answer(TEST)["fails"]
    [reply] = served(finish, known=str(file), report=str(tmp_path / "r.json"))
    assert f"{file}: 2 known leaks, 1 of them fixed; 0 new" in reply["lines"]
    assert reply["lines"][0].startswith("2 cells: 1 clean, 1 leaking.")
    assert results.read(tmp_path / "r.json") == [LEAKING, fixed]
    assert len(known.read(file)) == 2
    served({**finish, "is_whole": False}, known=str(file), update=True)
    assert len(known.read(file)) == 2
    served(finish, known=str(file), update=True)
    assert known.read(file) == [ADD]


def test_leaks_are_taken_down_instead_of_failing_where_that_is_asked_for(measured, tmp_path):
    settings = {**SETTINGS, "known": str(tmp_path / "known.txt"), "update": True}
    answer = judge.begin(settings).answer(TEST)
    assert not answer["fails"]
    assert "new: shop.py in add: memory" in answer["message"]


def test_requests_are_answered_each_by_its_key(measured):
    replies = served(TEST, OPERATION, wait=True)
    assert {reply["key"]: reply["verdict"] for reply in replies} == {
        TEST["key"]: "leaking",
        OPERATION["key"]: "leaking",
    }


def test_what_keeps_it_from_judging_is_told(measured, tmp_path, monkeypatch):
    file = tmp_path / "known.txt"
    file.write_text("nothing of the kind\n")
    assert "is not a leak" in served(known=str(file))[0]["problem"]
    [reply] = served({"do": "finish", "documents": ["{}"], "is_whole": True})
    assert "pytest is not a results file" in reply["problem"]
    [reply] = served({"do": "finish", "documents": [3], "is_whole": True})
    assert "find-mem-leaks itself failed: TypeError" in reply["problem"]


def test_a_run_that_judges_nothing_writes_its_report(measured, tmp_path):
    [reply] = served({"do": "finish", "documents": [], "is_whole": True}, report=str(tmp_path / "r.json"))
    assert reply["lines"][0] == "no test was judged"
    assert results.read(tmp_path / "r.json") == []


def test_a_report_that_cannot_be_written_is_told(measured):
    documents = [json.dumps(results.to_json([CLEAN]))]
    [reply] = served({"do": "finish", "documents": documents, "is_whole": True}, report="/no/such/folder/r.json")
    assert reply["lines"][-1] == f"{Path('/no/such/folder/r.json')} could not be written (No such file or directory)"
