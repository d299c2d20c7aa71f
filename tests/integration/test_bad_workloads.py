"""A workload file that is wrong in every way that one can be: a clear line each, and the others are measured."""

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict

GOOD = "def operation(i): return [i] * 10\n"
BAD = {
    "syntax_error": ("def operation(i:\n", "SyntaxError: "),
    "no_operation_in_sight": ("from os import nothing_like_it\n", "ImportError: "),
    "raises_in_setup": ("def setup(): raise OSError('no disk')\n" + GOOD, "OSError: no disk (raises_in_setup.py:1, "),
    "raises_in_operation_1": ("def operation(i): 1 / 0\n", "ZeroDivisionError: division by zero"),
    "raises_in_operation_5000": (
        "def operation(i):\n    if i == 5000: raise ValueError('at last')\n",
        "ValueError: at last (raises_in_operation_5000.py:2, after 5,000 operations)",
    ),
    "never_returns": ("import time\ndef operation(i): time.sleep(3600)\n", "hangs: no answer to 'stretch' in 3 s"),
    "ends_the_process": ("import os\ndef operation(i):\n    if i == 99: os._exit(0)\n", "exited with code 0"),
    "raises_system_exit": ("import sys\ndef operation(i):\n    if i == 99: sys.exit(5)\n", "SystemExit: 5"),
    "raises_in_teardown": (GOOD + "def teardown(): raise OSError('too late')\n", "OSError: too late"),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    for name, (text, _) in BAD.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "prints.py").write_text('def operation(i): print(\'{"error": "hello"}\')\n')
    (folder / "good.py").write_text(GOOD)
    path = folder / "results.json"
    files = sorted(map(str, folder.glob("*.py")))
    code = commands.call(
        ["run", *files, "--quick", "--no-explain", "--stall", "3", "-q", "--no-table", "-o", str(path)]
    )
    assert code == errors.FAILED
    return {cell.stack: cell for cell in results.read(path)}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_workload_fails_with_a_clear_line(judged, name):
    assert judged[name].verdict is Verdict.FAILED
    assert judged[name].error.startswith(BAD[name][1])
    assert "\n" not in judged[name].error


@pytest.mark.parametrize("name", ["good", "prints"])
def test_the_others_are_measured(judged, name):
    assert judged[name].verdict in {Verdict.CLEAN, Verdict.BOUNDED}


def test_a_missing_file_is_wrong_usage(capsys):
    assert commands.call(["run", "no/such/file.py"]) == errors.USAGE
    assert "there is no file no/such/file.py" in capsys.readouterr().err


def test_a_file_without_an_operation_is_wrong_usage_and_is_told_what_one_is(tmp_path, capsys):
    (tmp_path / "own.py").write_text("x = 1\n")
    assert commands.call(["run", str(tmp_path / "own.py")]) == errors.USAGE
    error = capsys.readouterr().err
    assert "own.py has no operation. " in error
    assert error.count("\n") == 5


def test_a_workload_that_keeps_whoever_calls_it_grows_with_the_calls_and_is_said_to(tmp_path):
    (tmp_path / "own.py").write_text(
        "import sys\n\nkept = []\n\n\ndef operation(i):\n    caller = sys._getframe(1)\n"
        "    if not kept or kept[-1] is not caller:\n        kept.append(caller)\n"
    )
    path = tmp_path / "results.json"
    commands.call(["run", str(tmp_path / "own.py"), "-q", "--no-table", "-o", str(path)])
    [cell] = results.read(path)
    assert cell.verdict is Verdict.INCONCLUSIVE
    assert "with the calls that this tool makes of the workload" in cell.reason
