"""Stacks behind a server, and ones that misbehave. Server and client are processes of their own."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading import auto
from find_mem_leaks.subjects import catalogue

SHORT = ["--rounds", "2", "--operations", "60"]
BALANCED = ["-s", "balanced", *SHORT]
PATIENCE = 60
PAGE = Path(__file__).parents[2] / "docs" / "adding-a-stack.md"


@pytest.fixture
def run(tmp_path, python_with):
    """A run in the environment of SQLAlchemy 2.0: its exit code, and its cells by their stacks."""

    def call(*arguments):
        path = tmp_path / "results.json"
        quiet = ["-q", "--no-table", "-o", str(path), "--python", python_with("2.0")]
        code = commands.call(["run", *arguments, *quiet])
        return code, {cell.stack.removeprefix("sqlalchemy2x_"): cell for cell in results.read(path)}

    return call


def measured_processes():
    """Servers and clients of this test: their command lines name the test's own copy of the measured wing."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(catalogue.MEASURED) in (process.info["cmdline"] or ())
    ]


def survivors():
    """What is left of those once they have had the time to die."""
    _, alive = psutil.wait_procs(measured_processes(), timeout=10)
    return alive


@pytest.mark.parametrize("operations", [1, 8, 64])
def test_operations_may_be_timed_over_any_part_of_a_plan(run, monkeypatch, operations):
    """How many they are depends on the machine: their creates and deletes need not come out even."""
    monkeypatch.setattr(auto, "CALIBRATION_OPERATIONS", operations)
    monkeypatch.setattr(auto, "CALIBRATION_SECONDS", 1e9)
    _, cells = run("fastapi_sync_session", "-s", "create_heavy", "--time-cap", "1")
    assert cells["fastapi_sync_session"].error is None


@pytest.mark.parametrize(
    ("stack", "reason"),
    [
        (
            "served_raises",
            r"DELETE /posts/2\d\d answered 500, not 204: Internal Server Error \(RuntimeError: no more posts\)",
        ),
        ("served_unavailable", r"DELETE /posts/2\d\d answered 503, not 204: try again later \(after \d+ operations\)"),
        ("served_killed", "killed by SIGKILL"),
    ],
    ids=["it raises", "it answers 503", "it kills the process"],
)
def test_what_an_endpoint_does_fails_its_own_cell_with_the_reason_and_leaves_no_process(own_stacks, run, stack, reason):
    code, cells = run(stack, "starlette_async_session", *BALANCED)
    assert code == errors.FAILED
    assert cells[stack].verdict is Verdict.FAILED
    assert re.search(reason, cells[stack].error)
    assert cells["starlette_async_session"].error is None
    assert not survivors()


def test_an_endpoint_that_raises_each_time_is_measured_where_that_is_expected(own_stacks, run):
    code, cells = run("served_raises_always", *SHORT)
    assert code == errors.CLEAN
    assert cells["served_raises_always"].error is None
    assert [round_.operations for round_ in cells["served_raises_always"].rounds] == [60, 60]


def test_two_cells_at_once_have_ports_of_their_own(own_stacks, tmp_path, python_with):
    path = tmp_path / "results.json"
    scenarios = ["-s", "read_heavy", "-s", "update_heavy"]
    arguments = ["served_meets", *scenarios, *SHORT, "-j", "2", "-q", "--no-table", "-o", str(path)]
    assert commands.call(["run", *arguments, "--python", python_with("2.0")]) == errors.CLEAN
    assert {cell.scenario: cell.error for cell in results.read(path)} == {"read_heavy": None, "update_heavy": None}
    ports = {file.read_text() for file in own_stacks.glob("port_*")}
    assert len(ports) == 4  # a measured process and one that is left hands-off, each


def test_ctrl_c_leaves_neither_the_server_nor_its_client(own_stacks, tmp_path, python_with):
    path = tmp_path / "results.json"
    code = (
        "import signal, sys; from pathlib import Path; from find_mem_leaks import commands\n"
        "from find_mem_leaks.subjects import catalogue\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background has it ignored
        f"catalogue.MEASURED = Path({str(own_stacks.parent)!r})\n"
        "sys.exit(commands.call(sys.argv[1:]))"
    )
    arguments = ["run", "served_hangs", *BALANCED, "--stall", "600", "-q", "--no-table", "-o", str(path)]
    command = [sys.executable, "-c", code, *arguments, "--python", python_with("2.0")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + PATIENCE
    while not (own_stacks / "hanging").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(measured_processes()) == 2
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == errors.INTERRUPTED
    assert [cell.interrupted for cell in results.read(path)] == [True]
    assert not survivors()


def test_the_page_on_adding_a_stack_shows_the_starlette_stack_as_it_is():
    page = PAGE.read_text(encoding="utf-8").partition("## What else is edited")[0]
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    shown = [line for block in blocks for line in block.splitlines() if line]
    text = (catalogue.MEASURED / "stacks" / "starlette_async_session.py").read_text(encoding="utf-8")
    assert shown == [line for line in text.splitlines() if line]
