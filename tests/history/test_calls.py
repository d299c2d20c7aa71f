"""How the suite asks for a call of the tool, and waits for its end."""

import json
import os
import subprocess
import sys

from find_mem_leaks.history import calls

SAYS = [sys.executable, "-c", "import sys; sys.exit('no such stack')"]


def test_without_a_folder_the_call_is_made_here():
    answer = calls.run(SAYS, None)
    assert (answer.returncode, answer.stderr) == (1, "no such stack\n")


def test_a_call_is_asked_for_once_and_its_end_is_told(tmp_path):
    (tmp_path / calls.MAKER).write_text(str(os.getpid()))
    calls.ask(tmp_path, "one", ["first"])
    calls.ask(tmp_path, "one", ["second"])
    asked = json.loads((tmp_path / f"one{calls.ASKED}").read_text())
    assert asked == {"command": ["first"], "environment": dict(os.environ)}
    assert calls.ended(tmp_path, "one") is None
    (tmp_path / f"one{calls.ENDED}").write_text('[2, "no such stack"]')
    answer = calls.ended(tmp_path, "one")
    assert (answer.returncode, answer.stderr) == (2, "no such stack")


def test_nobody_waits_for_calls_that_nobody_makes(tmp_path):
    assert calls.run(["any"], tmp_path).stderr == "whoever makes the calls has ended"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / calls.MAKER).write_text(str(gone.pid))
    assert calls.run(["any"], tmp_path).returncode == 1
