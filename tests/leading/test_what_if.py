"""What would help: real runs beside a measurement by other means, and runs that fail."""

import asyncio
import subprocess
import sys
from types import SimpleNamespace

import pytest

from find_mem_leaks.leading import what_if
from find_mem_leaks.leading.what_if import LONGEST, READINGS, changes
from find_mem_leaks.subjects import workloads
from led import order

OPERATIONS = 30_000
CYCLES = """
import gc

gc.set_threshold(1_000_000_000)


class Node:
    pass


def operation(i):
    node = Node()
    node.itself = node
    node.payload = bytes(2_000)
"""
# The same operations in a process that knows nothing of this tool: resident memory grew by so many bytes.
PLAIN = """
import gc, sys

own = gc.get_threshold()
from cycles import operation

way = sys.argv[1]
if way == "default":
    gc.set_threshold(*own)

def rss():
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("Rss:"))

begin = rss()
for i in range({operations}):
    operation(i)
    if way == "collect" and (i + 1) % 1_000 == 0:
        gc.collect()
print(rss() - begin)
"""


def tried(file, operations=OPERATIONS, seconds=1.0, **changed):
    """The trials by their keys."""
    deployed = SimpleNamespace(operations=operations, seconds=seconds)
    the_order = order(file=str(file), scenario=workloads.scenario(None), **changed)
    return {trial.change: trial for trial in asyncio.run(what_if.what_if(sys.executable, the_order, deployed))}


def only(monkeypatch, *keys):
    """Try these changes alone."""
    every = changes(OPERATIONS)
    monkeypatch.setattr(what_if, "changes", lambda _: [each for each in every if each.key in keys])


@pytest.fixture
def cycles(tmp_path):
    path = tmp_path / "cycles.py"
    path.write_text(CYCLES)
    return path


def test_what_helps_is_what_a_plain_process_saves_by_it(cycles, tmp_path):
    (tmp_path / "plain.py").write_text(PLAIN.replace("{operations}", str(OPERATIONS)))

    def plain(way):
        command = [sys.executable, str(tmp_path / "plain.py"), way]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    found = tried(cycles)
    as_it_is, default, collected = plain("none"), plain("default"), plain("collect")
    assert as_it_is > 50_000_000
    assert found["as_it_is"].growth == pytest.approx(as_it_is, rel=0.1)
    saved = found["as_it_is"].growth - found["default_collector"].growth
    assert saved == pytest.approx(as_it_is - default, rel=0.1)
    assert saved > 0.9 * as_it_is
    saved = found["as_it_is"].growth - found["collect"].growth
    assert saved == pytest.approx(as_it_is - collected, rel=0.1)
    assert saved > 0.9 * as_it_is
    for change in ("trim", "arenas", "malloc"):
        assert found[change].error is None
        assert found[change].growth == pytest.approx(as_it_is, rel=0.1)
    for trial in found.values():
        assert trial.error or trial.operations == OPERATIONS
        assert trial.error or trial.peak >= trial.rss > trial.growth > 0
        assert trial.error or trial.pace > 0


PEAK = """
kept = []


def operation(i):
    if i == 0:
        blocks = [bytes(2_000) for _ in range(20_000)]
        kept.append(blocks.pop())
"""
TRIMMED = """
import ctypes
import peak

def rss():
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("Rss:"))

begin = rss()
peak.operation(0)
grown = rss() - begin
ctypes.CDLL(None).malloc_trim(0)
print(grown, rss() - begin)
"""


def test_trimming_gives_back_what_it_gives_back_in_a_plain_process(monkeypatch, tmp_path):
    (tmp_path / "peak.py").write_text(PEAK)
    (tmp_path / "trimmed.py").write_text(TRIMMED)
    command = [sys.executable, str(tmp_path / "trimmed.py")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    grown, left = map(int, answer.split())
    only(monkeypatch, "as_it_is", "trim", "collect")
    found = tried(tmp_path / "peak.py", operations=2_000)
    assert grown > 30_000_000
    saved = found["as_it_is"].growth - found["trim"].growth
    assert saved == pytest.approx(grown - left, rel=0.1)
    assert saved > 0.8 * grown
    assert found["collect"].growth == pytest.approx(found["as_it_is"].growth, rel=0.1)


def test_changes_are_tried_in_their_order_with_nothing_changed_first():
    keys = [change.key for change in changes(OPERATIONS)]
    order_of_changes = "as_it_is default_collector collect arenas trim malloc jemalloc mimalloc again"
    assert keys == order_of_changes.split()


@pytest.mark.parametrize(
    ("operations", "name"),
    [
        (10**6, "gc.collect() every 1,000 operations"),
        (10_000, "gc.collect() every 1,000 operations"),
        (480, "gc.collect() every 48 operations"),
        (9, "gc.collect() after every operation"),
    ],
)
def test_garbage_is_collected_every_1000_operations_and_in_short_parts_ten_times(operations, name):
    assert name in [change.name for change in changes(operations)]


def test_an_allocator_that_is_not_installed_is_left_out_with_its_package(monkeypatch, tmp_path):
    monkeypatch.setattr(what_if.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(what_if, "FOLDERS", (str(tmp_path),))
    only(monkeypatch, "jemalloc", "mimalloc")
    found = tried(tmp_path / "none.py")
    assert {key: trial.error for key, trial in found.items()} == {
        "jemalloc": "not installed here: the Debian package libjemalloc2 has it",
        "mimalloc": "not installed here: the Debian package libmimalloc2.0 has it",
    }


def test_a_library_that_the_system_does_not_list_is_found_where_libraries_lie(monkeypatch, tmp_path):
    monkeypatch.setattr(what_if.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(what_if, "FOLDERS", (str(tmp_path),))
    (tmp_path / "libjemalloc.so.2").touch()
    assert what_if.find_library("jemalloc") == str(tmp_path / "libjemalloc.so.2")
    assert what_if.find_library("mimalloc") is None
    assert what_if._allocator("jemalloc", "a").library == "libjemalloc.so.2"


def test_what_is_preloaded_already_stays_behind_an_allocator(monkeypatch):
    monkeypatch.setattr(what_if, "find_library", lambda name: "libjemalloc.so.2")
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert what_if._allocator("jemalloc", "a").settings == {"LD_PRELOAD": "libjemalloc.so.2"}
    monkeypatch.setenv("LD_PRELOAD", "libmine.so")
    assert what_if._allocator("jemalloc", "a").settings == {"LD_PRELOAD": "libjemalloc.so.2:libmine.so"}


def test_a_library_that_cannot_be_loaded_costs_its_own_line_only(monkeypatch, cycles):
    monkeypatch.setattr(what_if, "find_library", lambda name: f"lib{name}-of-nobody.so.2")
    only(monkeypatch, "as_it_is", "mimalloc")
    found = tried(cycles, operations=500)
    assert found["as_it_is"].error is None
    assert found["mimalloc"].error == (
        "libmimalloc-of-nobody.so.2 could not be loaded into this interpreter by LD_PRELOAD"
    )


def test_a_run_that_fails_costs_its_own_line_only(monkeypatch, tmp_path):
    (tmp_path / "picky.py").write_text(
        "import os\ndef operation(i):\n    if 'MALLOC_ARENA_MAX' in os.environ:\n        raise RuntimeError('no')\n"
    )
    only(monkeypatch, "as_it_is", "arenas", "malloc")
    found = tried(tmp_path / "picky.py", operations=500)
    assert {key: trial.error for key, trial in found.items()} == {
        "as_it_is": None,
        "arenas": "RuntimeError: no (picky.py:4, after 0 operations)",
        "malloc": None,
    }


def test_a_run_that_takes_much_longer_than_it_did_is_stopped(monkeypatch, tmp_path):
    (tmp_path / "slow.py").write_text("import time\ndef operation(i):\n    time.sleep(0.02)\n")
    only(monkeypatch, "as_it_is")
    found = tried(tmp_path / "slow.py", operations=500, seconds=0.01, time_cap=0.1)
    assert found["as_it_is"].error.startswith("took too long: stopped at operation ")
    assert found["as_it_is"].error.endswith(" of 500")


def test_a_run_that_takes_much_more_memory_is_stopped(monkeypatch, cycles):
    monkeypatch.setattr(what_if, "MEMORY_CAP", 1 << 20)
    only(monkeypatch, "as_it_is")
    found = tried(cycles)
    assert found["as_it_is"].error.startswith("stopped at 0.0 GB of resident memory, at operation ")


def test_a_fault_of_this_tool_is_told_as_such(monkeypatch, cycles):
    only(monkeypatch, "as_it_is")
    monkeypatch.setattr(what_if.processes, "Worker", lambda *_, **__: 1 / 0)
    assert tried(cycles)["as_it_is"].error == "find-mem-leaks itself failed: ZeroDivisionError: division by zero"


def test_rounds_are_no_longer_than_a_plan_and_stretches_no_longer_than_those_of_the_hands_off_part():
    asked = []

    async def ask(seconds, **request):
        asked.append(request)
        return {"loaded": True, "rss": 1, "peak": 1, "seconds": 0.5, "cpu": 0.25}

    operations = 2 * LONGEST + 44_000
    run = what_if._Run(ask, order(), changes(operations)[2], 60.0)
    trial = asyncio.run(run.carry_out("/nowhere", operations))
    rounds = [request["operations"] for request in asked if request["do"] == "prepare"]
    stretches = [request for request in asked if request["do"] == "leave"]
    assert rounds == [LONGEST, LONGEST, 44_000]
    assert sum(request["operations"] for request in stretches) == operations
    assert max(request["operations"] for request in stretches) == LONGEST // READINGS
    assert {(request["between"], request["every"]) for request in stretches} == {("collect", 1_000)}
    assert (trial.seconds, trial.cpu) == (0.5 * len(stretches), 0.25 * len(stretches))
