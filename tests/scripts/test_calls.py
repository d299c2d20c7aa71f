"""The calls of the tool that the asv suite asks for."""

import sys
import threading
import time

import calls
import pytest

from find_mem_leaks.history import calls as of_suite

NOTES = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + ' begins\\n'); open(sys.argv[1], 'a').write('ends\\n')"


def test_the_suite_has_the_same_names():
    for name in ("ASKED", "ENDED", "MAKER", "PAUSE"):
        assert getattr(calls, name) == getattr(of_suite, name)


def test_calls_are_made_one_after_the_other_and_each_is_told_its_own_end(tmp_path):
    notes = tmp_path / "notes"
    with calls.made(tmp_path):
        of_suite.ask(tmp_path, "first", [sys.executable, "-c", NOTES, str(notes), "first"])
        of_suite.ask(tmp_path, "second", [sys.executable, "-c", NOTES, str(notes), "second"])
        answer = of_suite.run([sys.executable, "-c", "import sys; sys.exit('third')"], tmp_path)
    assert (answer.returncode, answer.stderr) == (1, "third\n")
    assert notes.read_text() == "first begins\nends\nsecond begins\nends\n"
    assert of_suite.ended(tmp_path, "first").returncode == 0


def test_a_call_has_the_environment_of_whoever_asked_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("ASV_COMMIT", "abc")
    with calls.made(tmp_path):
        answer = of_suite.run([sys.executable, "-c", "import os, sys; sys.exit(os.environ['ASV_COMMIT'])"], tmp_path)
    assert answer.stderr == "abc\n"


def test_a_program_that_is_not_there_is_a_call_that_failed(tmp_path):
    with calls.made(tmp_path):
        answer = of_suite.run([str(tmp_path / "none")], tmp_path)
    assert answer.returncode == 1
    assert "No such file" in answer.stderr


@pytest.mark.parametrize(
    ("listens", "code"), [("", -15), ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n", -9)]
)
def test_a_call_that_nobody_waits_for_any_more_is_ended(tmp_path, monkeypatch, listens, code):
    monkeypatch.setattr(calls, "GOODBYE_SECONDS", 0.1)
    begun = tmp_path / "begun"
    sleeps = f"{listens}open({str(begun)!r}, 'w'); import time; time.sleep(600)"
    with calls.made(tmp_path):
        of_suite.ask(
            tmp_path,
            "long",
            [sys.executable, "-c", sleeps],
        )
        while not begun.exists():
            time.sleep(0.01)
        of_suite.ask(tmp_path, "never", [sys.executable, "-c", ""])
    assert of_suite.ended(tmp_path, "long").returncode == code
    assert not (tmp_path / f"never{calls.ENDED}").exists()
    assert threading.active_count() == 1
