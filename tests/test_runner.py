import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import cells as made
from conftest import with_own_stacks
from find_mem_leaks import runner, scratch
from find_mem_leaks.judging.failure import Failure, Raised
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading import suites
from find_mem_leaks.leading.order import Order
from find_mem_leaks.runner import Explaining, Job
from find_mem_leaks.subjects import catalogue, environments
from find_mem_leaks.subjects.scenarios import Scenario
from led import Silence

SMALL = Scenario("balanced", (25, 25, 25, 25), 1_000)
USUAL = Rules()


def jobs(environment, *stacks, rounds=2, stall=3.0, rules=USUAL):
    order = {"scenario": SMALL, "seed": 0, "rules": rules, "time_cap": 20.0, "stall": stall, "rounds": rounds}
    return [Job(environment, Order(stack=stack, **order)) for stack in stacks]


def measure(the_jobs, at_once=2):
    cells = []
    assert runner.run(the_jobs, at_once, Silence(), cells.append)
    return {cell.stack: cell for cell in cells}


def children():
    """Measured processes of this test that are still there."""
    out = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in out.stdout.splitlines() if line.endswith(str(catalogue.MEASURED))]


@pytest.mark.parametrize(
    ("stack", "reason"),
    [
        ("killed", "killed by SIGKILL"),
        ("exits", "exited with code 7: the last words"),
        ("hangs", "hangs: no answer to 'stretch' in 3 s, so it was killed"),
        ("garbage", "printed something that is not a reply of the protocol: b'garbage"),
        ("raises", "RuntimeError: no more posts (raises.py:"),
        ("liar", "RuntimeError: the plan leaves 251 posts, the database holds 252"),
        ("fails_to_open", "RuntimeError: no such database (fails_to_open.py:9, after 0 operations)"),
        ("silent", "closed its end of the protocol and went on: killed"),
    ],
)
def test_what_a_worker_does_fails_its_own_cell_with_the_reason_and_no_other(
    own_stacks, this_environment, stack, reason
):
    cells = measure(jobs(this_environment, stack, "plain_sqlite"))
    assert cells[stack].verdict is Verdict.FAILED
    assert cells[stack].error.startswith(reason)
    assert "\n" not in cells[stack].error
    assert cells["plain_sqlite"].verdict is not Verdict.FAILED
    assert cells["plain_sqlite"].error is None
    assert len(cells["plain_sqlite"].rounds) == 2
    assert not children()


def test_what_a_stack_prints_is_no_part_of_the_protocol(own_stacks, this_environment, capfd):
    cells = measure(jobs(this_environment, "shouting"))
    assert cells["shouting"].error is None
    assert capfd.readouterr().out == ""


def test_a_program_that_is_no_worker_fails_its_cell(own_stacks, tmp_path, this_environment):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nread line\necho '{}'\nsleep 5\n")
    program.chmod(0o755)
    cells = measure(jobs(replace(this_environment, executable=str(program)), "plain_sqlite"))
    assert cells["plain_sqlite"].error == "printed something that is not a reply to 'open': b'{}\\n'"
    missing = replace(this_environment, executable=str(tmp_path / "none"))
    cells = measure(jobs(missing, "plain_sqlite"))
    assert "No such file" in cells["plain_sqlite"].error


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Cells of the auto protocol by their stacks."""
    with pytest.MonkeyPatch.context() as patch:
        with_own_stacks(tmp_path_factory.mktemp("own"), patch)
        environment = environments.describe(sys.executable, ())
        return measure(jobs(environment, "plain_sqlite", "leaking_sqlite", "plain_async", rounds=None, stall=30.0))


def test_a_leak_is_found_and_its_size_is_right(judged):
    assert judged["plain_sqlite"].verdict in {Verdict.CLEAN, Verdict.BOUNDED}
    assert judged["plain_async"].verdict in {Verdict.CLEAN, Verdict.BOUNDED}
    leak = judged["leaking_sqlite"]
    assert leak.verdict is Verdict.LEAKING
    assert leak.interval[0] <= 16 <= leak.interval[1]
    assert leak.growth["blocks"].low <= 1 <= leak.growth["blocks"].high
    assert leak.convicted_by == ("live_bytes", "blocks")


def test_the_workers_own_memory_does_not_grow_with_the_rounds(own_stacks, this_environment):
    """Exact: live bytes and blocks of a stack that does nothing, in round 50 and in round 200 of the same length."""
    reading = Scenario("read_heavy", (0, 1, 0, 0), 160)
    [job] = jobs(this_environment, "idle", rounds=200)
    cell = measure([replace(job, order=replace(job.order, scenario=reading))])["idle"]
    assert abs(cell.rounds[199].live_bytes - cell.rounds[49].live_bytes) <= 1_024
    assert abs(cell.rounds[199].blocks - cell.rounds[49].blocks) <= 4


def test_each_cell_has_a_hands_off_part(judged):
    for cell in judged.values():
        assert cell.not_deployed is None
        assert cell.deployed.operations >= 96
        assert cell.deployed.end["environment"].get("GLIBC_TUNABLES") == os.environ.get("GLIBC_TUNABLES")
        assert abs(cell.deployed.left_over) < 1_500_000
    clean = judged["plain_sqlite"]
    assert "resident memory stayed within" in clean.reason
    assert {"uncollected_bytes", "resident_memory"} <= clean.growth.keys()
    assert any(outcome.test == "level" for outcome in clean.tests)


def test_a_failure_hands_off_leaves_what_was_measured_but_no_acquittal(own_stacks, this_environment):
    (own_stacks.parent / "accounting" / "account.py").unlink()
    cells = measure(jobs(this_environment, "plain_sqlite", "leaking_sqlite", rounds=None, rules=QUICK))
    clean, leak = cells["plain_sqlite"], cells["leaking_sqlite"]
    assert clean.verdict is Verdict.INCONCLUSIVE
    assert clean.not_deployed.startswith("ImportError: cannot import name 'account'")
    assert clean.reason == f"not measured as deployed: {clean.not_deployed}"
    assert clean.bytes_per_operation is not None
    assert leak.verdict is Verdict.LEAKING
    assert leak.deployed is None


def test_a_probe_that_cannot_be_read_costs_only_itself(own_stacks, this_environment):
    (own_stacks.parent / "probes" / "threads.py").unlink()
    cell = measure(jobs(this_environment, "plain_sqlite", rounds=3))["plain_sqlite"]
    assert cell.verdict is not Verdict.FAILED
    error = "ModuleNotFoundError: No module named 'measured.probes.threads'"
    assert cell.unread == {"threads": error}
    assert cell.reason.endswith(f"; threads not read ({error})")
    assert "threads" not in cell.growth
    assert "file_descriptors" in cell.growth


def test_a_malloc_that_tells_nothing_leaves_the_cell_undecided(own_stacks, this_environment):
    with (own_stacks.parent / "allocators" / "answering.py").open("a") as file:
        file.write("\nKINDS = ()\n")
    cell = measure(jobs(this_environment, "idle", rounds=None, rules=QUICK))["idle"]
    assert cell.verdict is Verdict.INCONCLUSIVE
    assert cell.allocator == "pymalloc, malloc of libc.so.6"
    assert cell.unread == {"native_memory": "the malloc of libc.so.6 has no counter that is known"}


def test_nothing_is_left_in_the_scratch_directories(own_stacks, this_environment, monkeypatch, tmp_path):
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()
    measure(jobs(this_environment, "plain_sqlite", "killed"))
    assert not list((tmp_path / "scratch").iterdir())


@pytest.fixture
def hears_ctrl_c():
    """Also where SIGINT is ignored, as for what a shell starts in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_a_run_that_is_interrupted_keeps_what_it_has(own_stacks, this_environment):
    """The signal goes to this very process, as a terminal's Ctrl-C would."""
    cells = []
    the_jobs = jobs(this_environment, "plain_sqlite", "hangs", stall=60.0, rounds=3)

    interrupted = []

    def done(cell):
        cells.append(cell)
        if not interrupted:
            interrupted.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    assert not runner.run(the_jobs, 2, Silence(), done)
    assert time.monotonic() - interrupted[0] < 30
    assert {cell.stack: cell.interrupted for cell in cells} == {"plain_sqlite": False, "hangs": True}
    assert not children()


@pytest.mark.usefixtures("hears_ctrl_c")
def test_an_interrupted_cell_keeps_its_finished_rounds(own_stacks, this_environment):
    cells = []
    [job] = jobs(this_environment, "plain_sqlite", rounds=100_000)
    pid = os.getpid()
    waiter = subprocess.Popen(
        [sys.executable, "-c", f"import time, os; time.sleep(3); os.kill({pid}, {signal.SIGINT:d})"]
    )
    assert not runner.run([job], 1, Silence(), cells.append)
    waiter.wait()
    [cell] = cells
    assert cell.interrupted
    assert 0 < len(cell.rounds) < 100_000
    assert replace(cell, interrupted=False) != cell


@pytest.mark.usefixtures("hears_ctrl_c")
def test_an_interrupted_round_is_kept_as_far_as_it_came(own_stacks, this_environment):
    cells = []
    [job] = jobs(this_environment, "plain_sqlite", rounds=1)
    endless = Scenario("1000000_operations", (25, 25, 25, 25), 1_000_000)
    pid = os.getpid()
    waiter = subprocess.Popen(
        [sys.executable, "-c", f"import time, os; time.sleep(8); os.kill({pid}, {signal.SIGINT:d})"]
    )
    job = replace(job, order=replace(job.order, scenario=endless, stall=60.0))
    assert not runner.run([job], 1, Silence(), cells.append)
    waiter.wait()
    [cell] = cells
    assert cell.interrupted
    assert 0 < cell.rounds[0].operations < 1_000_000
    assert cell.rounds[0].samples[-1].operations == cell.rounds[0].operations


def test_a_signal_without_a_name_is_told_by_its_number():
    from find_mem_leaks.leading.worker import _signal_name

    assert _signal_name(signal.SIGKILL) == "SIGKILL"
    assert _signal_name(35) == "signal 35"


def test_captures_have_the_names_of_their_cells_and_differ_where_these_do():
    names = ["read-small", "read-a b", "read-a:b", "größe", "grüße"]
    explaining = Explaining(captures=Path("captures"))
    files = [str(explaining.capture(made.cell(stack="own", scenario=name))) for name in names]
    assert files[0] == "captures/own-read-small.bin"
    assert re.fullmatch(r"captures/own-read-a_b-[0-9a-f]{8}\.bin", files[1])
    assert len(set(files)) == len(files)


def again(monkeypatch, this_environment, *after):
    """How often a cell is begun again, whose operation failed after 100 at first and after so many then."""
    begun, waited = [], []

    async def judged_again(job, recorder, started, done, lead):
        assert lead.keywords == {"operations": 100}
        begun.append(Failure(after[len(begun)], (), ()))
        return SimpleNamespace(failure=begun[-1])

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr(runner, "_judged", judged_again)
    monkeypatch.setattr(runner.asyncio, "sleep", sleep)
    [job] = jobs(this_environment, "plain_sqlite")
    assert asyncio.run(runner._again(job, print, 0.0, print, 100)).failure is begun[-1]
    return waited


def test_a_cell_whose_predecessor_still_holds_what_ran_out_is_begun_again_later(monkeypatch, this_environment):
    assert again(monkeypatch, this_environment, 99) == [0.0]
    assert again(monkeypatch, this_environment, 0, 99) == [0.0, 1.0]
    assert again(monkeypatch, this_environment, 0, 0, 0) == [0.0, 1.0, 4.0]


def test_what_failed_for_a_reason_of_its_own_or_at_once_is_not_begun_again():
    no_descriptor = (Raised("OSError", "EMFILE", ""),)
    assert runner._may_be_for_want(Failure(15, no_descriptor, ()))
    assert not runner._may_be_for_want(Failure(14, no_descriptor, ())), "a quarter of it would be warm-up"
    assert not runner._may_be_for_want(Failure(15, (Raised("ValueError", "", ""),), ()))


def test_a_failed_cell_that_is_interrupted_while_it_is_begun_again_keeps_its_error(monkeypatch, this_environment):
    [job] = jobs(this_environment, "plain_sqlite")
    failure = Failure(100, (Raised("OSError", "EMFILE", ""),), ())
    failed = made.cell(error="no descriptor", verdict=Verdict.FAILED, failure=failure)

    async def judged(*_):
        return failed

    async def interrupted(*_):
        raise asyncio.CancelledError

    monkeypatch.setattr(runner, "_judged", judged)
    monkeypatch.setattr(runner, "_again", interrupted)
    kept = []
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(runner._run_one(job, print, kept.append))
    assert kept == [replace(failed, interrupted=True)]


def test_a_cell_that_is_skipped_is_not_measured_and_says_why(this_environment):
    order = replace(jobs(this_environment, "main:app")[0].order, skipped="answered 404", application={"routes": []})
    [cell] = measure([Job(replace(this_environment, executable="/no/such/python"), order)]).values()
    assert (cell.verdict, cell.reason, cell.rounds, cell.deployed) == (Verdict.SKIPPED, "answered 404", (), None)


def test_an_applications_variables_are_those_of_its_process(this_environment, own_stacks):
    (own_stacks / "variable.py").write_text("import os\ndef operation(i): raise ValueError(os.environ['NAME'])\n")
    order = replace(jobs(this_environment, "variable")[0].order, variables={"NAME": "its value"})
    [cell] = measure([Job(this_environment, order)]).values()
    assert "ValueError: its value" in cell.error


def test_a_test_that_skips_itself_or_cannot_be_called_again_is_skipped_with_its_reason(this_environment, tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\nran = []\n\n\ndef test_skips():\n    pytest.skip('no network')\n\n\n"
        "def test_once():\n    ran.append(1)\n    assert len(ran) < 2\n\n\ndef test_fails():\n    raise ValueError(1)\n"
    )
    suite = suites.collect(this_environment.executable, [str(tmp_path)])
    cells = []
    the_jobs = [Job(this_environment, suites.order(suite, test)) for test in suite.tests]
    assert runner.run(the_jobs, 2, Silence(), cells.append)
    found = {cell.scenario: cell for cell in cells}
    assert {name: cell.verdict.value for name, cell in found.items()} == {
        "test_skips": "skipped",
        "test_once": "skipped",
        "test_fails": "failed",
    }
    assert found["test_skips"].reason == "no network"
    assert found["test_once"].reason.startswith("it cannot be repeated, its call 2 fails: AssertionError: assert 2 < 2")
    assert found["test_fails"].error == "ValueError: 1 (test_it.py:16, after 0 operations)"
    assert found["test_fails"].test == "test_it.py::test_fails"


def test_a_test_whose_calls_take_too_long_for_a_hands_off_part_has_none(this_environment):
    [job] = jobs(this_environment, "tests/test_it.py")
    slow = replace(made.cell(), seconds=30.0, rounds=tuple(replace(each, samples=()) for each in made.cell().rounds))
    order = replace(job.order, time_cap=-1.0, test={"nodeid": "tests/test_it.py::test_slow"})
    missing = "its fewest calls, 24, take longer than --time-cap: give it more seconds"
    assert asyncio.run(runner._leave(replace(job, order=order), slow)) == (None, missing)


def test_operations_that_are_too_slow_for_one_look_after_the_warm_up_have_no_hands_off_part(this_environment):
    [job] = jobs(this_environment, "plain_sqlite")
    of_warm_up = tuple(replace(each, warm_up=True) for each in made.cell().rounds)
    pace = sum(each.seconds for each in of_warm_up) / sum(each.operations for each in of_warm_up)
    slow = replace(made.cell(), rounds=of_warm_up)
    assert runner._not_left(replace(job, order=replace(job.order, time_cap=23 * pace)), slow) is not None
    assert runner._not_left(replace(job, order=replace(job.order, time_cap=25 * pace)), slow) is None
    assert runner._not_left(replace(job, order=replace(job.order, time_cap=23 * pace)), made.cell()) is None
