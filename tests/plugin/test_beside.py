import os

import pytest

from find_mem_leaks.plugin import beside
from find_mem_leaks.plugin.beside import Beside

ECHO = """
import json, sys
settings = json.loads(sys.stdin.readline())
if settings.get("ends"):
    sys.exit("there is no judge")
for line in sys.stdin:
    said = json.loads(line)
    if said["do"] == "finish":
        print(json.dumps({"lines": said["documents"]}), flush=True)
    elif said["key"] == "variables":
        print("half a li", flush=True)
        import os
        found = sorted(name for name in os.environ if name.startswith("COV"))
        print(json.dumps({"problem": f"found {found}"}), flush=True)
    elif said["key"] == "odd":
        print(json.dumps({"problem": "odd is none"}), flush=True)
    else:
        answer = {"verdict": "clean", "message": "", "fails": False, "document": "", "seconds": 1.0}
        print(json.dumps({"key": said["key"], **answer}), flush=True)
if settings.get("stays"):
    import time
    time.sleep(600)
"""


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Begin a process that answers at once."""
    (tmp_path / "echo.py").write_text(ECHO)
    monkeypatch.setattr(beside, "MODULE", "echo")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes = []

    def begin(**settings):
        processes.append(Beside(settings, str(tmp_path), os.environ))
        return processes[-1]

    yield begin
    for process in processes:
        process.end()


def test_answers_are_told_apart_by_their_keys(begun):
    process = begun()
    for key in "abc":
        process.order({"key": key})
    assert [process.answer(key)["verdict"] for key in "cab"] == ["clean"] * 3


def test_a_test_that_is_there_twice_is_answered_twice(begun):
    process = begun()
    for key in "aab":
        process.order({"key": key})
    assert [process.answer(key)["verdict"] for key in "baa"] == ["clean"] * 3


def test_the_end_does_not_wait_for_what_nobody_wants_to_know_any_more(begun):
    process = begun()
    process.order({"key": "a"})
    assert process.finish(["1", "2"], is_whole=True) == ["1", "2"]


def test_what_keeps_it_from_judging_ends_the_run_in_one_line(begun):
    process = begun()
    process.order({"key": "odd"})
    with pytest.raises(pytest.UsageError, match="odd is none"):
        process.answer("odd")
    with pytest.raises(pytest.UsageError, match="leaks cannot be judged: there is no judge"):
        begun(ends=True).answer("a")


def test_one_that_does_not_end_is_ended(begun, monkeypatch):
    monkeypatch.setattr(beside, "FAREWELL_SECONDS", 0.2)
    process = begun(stays=True)
    process.order({"key": "a"})
    assert process.answer("a")["verdict"] == "clean"
    process.end()
    assert process._process.returncode < 0


def test_coverage_is_not_measured_there_nor_does_half_a_line_matter(begun, monkeypatch):
    for name in ("COV_CORE_SOURCE", "COVERAGE_PROCESS_START", "COVERS"):
        monkeypatch.setenv(name, "x")
    process = begun()
    process.order({"key": "variables"})
    with pytest.raises(pytest.UsageError, match=r"found \['COVERS'\]"):
        process.answer("variables")
