"""The plain loop over a test: what grows with its calls, and what only looks so."""

import json
import subprocess
import sys

import plain_tests

TESTS = """
KEPT = []
CALLS = []

def test_clean():
    CALLS[:] = [object()]

def test_leaks():
    KEPT.append([object() for _ in range(5)])

def test_prints(capsys):
    print("x" * 5)

def test_fails():
    assert False, "as it should"
"""


def said(folder, test):
    (folder / "test_it.py").write_text(TESTS)
    command = [sys.executable, plain_tests.__file__, f"test_it.py::{test}", "--seconds", "0.2"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


def test_a_test_that_keeps_something_grows_by_whole_calls_and_by_its_body(tmp_path):
    found = said(tmp_path, "test_leaks")
    assert found["grows"]
    assert min(found["whole"]["blocks"]) > 4
    assert min(found["body"]["blocks"]) > 4


def test_a_test_that_keeps_nothing_does_not_grow(tmp_path):
    assert not said(tmp_path, "test_clean")["grows"]


def test_what_a_fixture_gathers_while_it_is_set_up_is_not_growth(tmp_path):
    found = said(tmp_path, "test_prints")
    assert not found["whole"]["grows"]
    assert not found["grows"]


def test_the_error_of_a_test_that_fails_is_told(tmp_path):
    found = said(tmp_path, "test_fails")
    assert "as it should" in found["problem"]
    assert "as it should" in found["body"]["problem"]


def test_growth_is_in_every_stretch():
    none = [0.0] * 4
    assert plain_tests.grows([1.0, 1.0, 0.9, 1.0], none, none)
    assert plain_tests.grows(none, [80.0, 80.0, 81.0, 80.0], none)
    assert plain_tests.grows(none, none, [4096.0, 4096.0, 4096.0, 8192.0])
    assert not plain_tests.grows([4.0, 0.0, 4.0, 0.0], [80.0, 80.0, 0.0, 80.0], [262144.0, 0.0, 0.0, 0.0])


def test_what_could_not_be_called_does_not_count():
    assert plain_tests.both({"whole": {"grows": True}, "body": {"problem": "x"}})
    assert not plain_tests.both({"whole": {"grows": True}, "body": {"grows": False}})
    assert not plain_tests.both({})
