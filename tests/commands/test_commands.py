import signal
import subprocess
import sys

import pytest

from find_mem_leaks import commands, errors


def test_the_console_script_and_the_module_are_one():
    out = subprocess.run(
        [sys.executable, "-m", "find_mem_leaks", "--version"], capture_output=True, text=True, check=True
    )
    assert out.stdout == f"find-mem-leaks {commands.__version__}\n"


WRONG = (
    [],
    ["no-such-verb"],
    ["run", "--no-such-option"],
    ["run", "--rounds", "none"],
    ["show"],
    ["show", "x", "--format", "pdf"],
)


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_is_one_line_and_exit_code_2(capsys, arguments):
    assert commands.call(arguments) == errors.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("find-mem-leaks: error: ")
    assert captured.err.count("\n") == 1
    assert "--help" in captured.err


@pytest.mark.parametrize("verb", ["list", "run", "show"])
def test_every_verb_has_help(capsys, verb):
    with pytest.raises(SystemExit) as stop:
        commands.call([verb, "--help"])
    assert stop.value.code == 0
    assert f"find-mem-leaks {verb}" in capsys.readouterr().out


def test_the_help_documents_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        commands.call(["--help"])
    out = capsys.readouterr().out
    for line in ("0  every cell is clean or bounded", "3  a leak was found", "4  a cell is inconclusive"):
        assert line in out


def test_an_interrupted_command_exits_with_130(monkeypatch):
    from find_mem_leaks.commands import show

    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(show, "run", interrupted)
    assert commands.call(["show", "any"]) == errors.INTERRUPTED


@pytest.mark.parametrize("interrupt", [signal.default_int_handler, signal.SIG_IGN])
def test_a_second_sigterm_does_not_disturb_the_end_that_the_first_one_began(monkeypatch, interrupt):
    def ends(_):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        return errors.INTERRUPTED

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGINT, interrupt)
    monkeypatch.setattr(commands, "call", ends)
    try:
        with pytest.raises(SystemExit, match=str(errors.INTERRUPTED)):
            commands.main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_output_that_nobody_reads_to_its_end_is_no_traceback(tmp_path):
    code = f"{sys.executable} -m find_mem_leaks list | true; echo ${{PIPESTATUS[0]}}"
    out = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert "Traceback" not in out.stderr
