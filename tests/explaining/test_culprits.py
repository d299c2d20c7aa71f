"""How the second process is led: what is installed for it, and what becomes of its failures."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from math import inf
from types import SimpleNamespace

import pytest

from cells import cell
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining import culprits
from find_mem_leaks.explaining.ranking import Place
from find_mem_leaks.judging.failure import Failure, Raised
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.probes import BLOCKS, LIVE_BYTES, THREADS
from find_mem_leaks.judging.series import Child
from find_mem_leaks.leading.worker import WorkerError
from led import order


def test_memray_is_installed_once_for_cells_that_are_explained_at_once(monkeypatch):
    installed = []
    monkeypatch.setattr(culprits, "_lacks_memray", lambda executable: True)
    monkeypatch.setattr(culprits.environments, "install_into", lambda *of: time.sleep(0.05) or installed.append(of))
    with ThreadPoolExecutor() as pool:
        folders = set(pool.map(culprits._library, ["a-python-of-this-test"] * 4))
    assert len(installed) == len(folders) == 1


def test_whatever_fails_the_verdict_stands(monkeypatch):
    async def fail(*_):
        raise KeyError("damaged")

    monkeypatch.setattr(culprits, "_explained", fail)
    judged = cell()
    after = asyncio.run(culprits.find("python", None, judged, None))
    assert after.explained == "where it leaks could not be told: KeyError: 'damaged'"
    assert replace(after, explained=None, not_explained=None, explaining_seconds=None) == judged


def found_where_not_held(cap, fails):
    """A cell whose culprits are known when looking for what holds them fails, or is cut off."""
    of = Culprit((Frame("operation", "app.py", 3),), 1.0, 64.0, None, None)

    async def explained(search):
        search.culprits, search.ways = (of,), ["over two windows"]
        await fails()

    async def find():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(culprits, "_explained", explained)
            return await culprits.find("python", None, cell(16), None, cap)

    return asyncio.run(find())


def test_at_the_cap_what_is_known_is_told_and_that_the_cap_was_reached():
    found = found_where_not_held(0.01, lambda: asyncio.sleep(60))
    assert [culprit.frame.line for culprit in found.culprits] == [3]
    assert "the cap of 0.01 s was reached (--explain-cap)" in found.explained
    assert found.waited_seconds == found.wall_seconds + found.explaining_seconds > found.wall_seconds


def test_what_was_known_before_a_failure_is_told_with_the_failure():
    async def fail():
        raise WorkerError("IndexError: deque index out of range")

    found = found_where_not_held(60.0, fail)
    assert [culprit.frame.line for culprit in found.culprits] == [3]
    assert found.explained.startswith("1 place whose allocations are never freed")
    assert found.explained.endswith("what holds it could not be told: IndexError: deque index out of range")


def test_where_operations_fail_ever_fewer_are_looked_at(monkeypatch):
    tried = []

    async def explained(search, share=inf):
        search.ways.append("over two windows")
        tried.append(share)
        if share > culprits.SHARES[2]:
            raise WorkerError("MemoryError")
        return replace(search.cell, explained=" and ".join(search.ways))

    def find(judged):
        tried.clear()
        return asyncio.run(culprits.find("python", None, judged, None))

    monkeypatch.setattr(culprits, "_explained", explained)
    found = find(cell(16, failure=Failure(100, (), ())))
    assert (found.explained, found.not_explained) == ("over two windows", None)
    assert tried == [0.8, 0.4, 0.2]
    assert find(cell(16)).not_explained == "MemoryError"
    assert len(tried) == 1


def test_what_runs_out_only_where_it_is_looked_at_is_looked_at_with_fewer_operations_than_the_cell_had(monkeypatch):
    tried = []

    async def explained(search, share=inf):
        tried.append(share)
        if share == inf:
            raised = Raised("OperationalError", "", "FATAL: too many connections")
            raise WorkerError("too many connections", Failure(60, (raised,), ()))
        return search.cell

    monkeypatch.setattr(culprits, "_explained", explained)
    assert asyncio.run(culprits.find("python", None, cell(16), None)).not_explained is None
    assert tried == [inf, 0.8]


def test_what_an_attempt_that_failed_has_found_is_looked_for_anew(monkeypatch):
    async def explained(search, share=inf):
        search.culprits = (*search.culprits, Culprit((Frame("operation", "app.py", 3),), 1.0, 64.0, None, None))
        search.ways.append(f"with {share:g} of it")
        if share == inf:
            raise WorkerError("too many connections", Failure(60, (Raised("OSError", "EMFILE", ""),), ()))
        return replace(search.cell, culprits=search.culprits, explained=search.summary)

    monkeypatch.setattr(culprits, "_explained", explained)
    found = asyncio.run(culprits.find("python", None, cell(16), None))
    assert len(found.culprits) == 1
    assert found.explained == "1 place whose allocations are never freed, with 0.8 of it"


def grown(*convicted_by, **rates):
    growth = {name: Interval(rate, rate, rate) for name, rate in rates.items()}
    return cell(16, growth=growth, convicted_by=convicted_by)


@pytest.mark.parametrize(
    ("convicted_by", "counter"),
    [
        ((), None),
        (("live_bytes",), "heap"),
        (("live_bytes", "blocks"), "blocks"),
        (("live_bytes", "blocks", "threads"), "threads"),
        (("mapped_pages", "file_descriptors"), "descriptors"),
        (("uncollectable_objects",), None),
        (("memory_of_child_processes",), "children"),
        (("memory_of_child_processes", "child_processes"), "processes"),
        (("shared_memory", "shared_memory_segments"), "shared_segments"),
    ],
)
def test_the_counter_that_is_read_line_by_line_is_that_of_things_before_blocks_before_bytes(convicted_by, counter):
    probe = culprits._counted_by(grown(*convicted_by))
    assert (probe and probe.counter) == counter


def test_memray_is_held_to_what_it_can_see():
    found = grown("blocks", "threads", blocks=3.0, threads=0.1)
    assert culprits._seen_by_memray(found) == {"blocks": 3.0}
    assert culprits._seen_by_memray(grown("threads", threads=0.1)) == {}


@pytest.mark.parametrize(
    ("convicted_by", "blocks", "is_native"),
    [
        (("live_bytes",), 0.0, True),
        (("live_bytes",), 0.5, False),
        (("live_bytes", "blocks"), 3.0, False),
        ((), 0.0, False),
    ],
)
def test_a_leak_of_bytes_without_blocks_is_one_of_native_memory(convicted_by, blocks, is_native):
    assert culprits._is_native(grown(*convicted_by, blocks=blocks)) is is_native


PLACE = Place((Frame("operation", "work.py", 3),), first=0.9, second=1.0, bytes=64.0)


def test_things_are_told_by_how_many_more_there_are_and_bytes_by_how_often_they_grew():
    thread = culprits._counted(PLACE, THREADS)
    assert (thread.allocations, thread.bytes, thread.type) == (64.0, 0.0, "thread")
    block, heap = (culprits._counted(PLACE, probe) for probe in (BLOCKS, LIVE_BYTES))
    assert (block.allocations, block.bytes, block.type) == (1.0, 0.0, None)
    assert (heap.allocations, heap.bytes) == (1.0, 64.0)


def test_what_fails_as_expected_is_told_by_its_message_alone():
    assert culprits._words(WorkerError("killed by SIGKILL"), order()) == "killed by SIGKILL"
    assert culprits._words(KeyError("a"), order()) == "KeyError: 'a'"


def test_an_interpreter_for_which_memray_cannot_be_had_is_told(monkeypatch):
    def refuse(*_):
        raise UsageError("no wheel")

    monkeypatch.setattr(culprits, "_lacks_memray", lambda executable: True)
    monkeypatch.setattr(culprits.environments, "install_into", refuse)
    with pytest.raises(WorkerError, match="/a/python of this test"):
        culprits._library("/a/python of this test")


def test_an_interpreter_that_has_memray_needs_no_folder(monkeypatch):
    monkeypatch.setattr(culprits, "_lacks_memray", lambda executable: False)
    assert culprits._library("/another/python") is None


def explained(monkeypatch, lines, **changes):
    """A cell that leaks in child processes, where these lines were seen to add to them."""
    asked = []

    async def by_lines(*_, **__):
        return lines

    async def held(*_):
        asked.append("survey")
        return lines

    @asynccontextmanager
    async def opened(*_):
        yield SimpleNamespace(lengths=None)

    monkeypatch.setattr(culprits, "_opened", opened)
    monkeypatch.setattr(culprits, "_by_lines", by_lines)
    monkeypatch.setattr(culprits, "_with_holders", held)
    leaking = grown("memory_of_child_processes", memory_of_child_processes=2_000.0)
    cell = asyncio.run(culprits._explained(culprits._Search("python", None, replace(leaking, **changes))))
    assert asked == []
    return cell


LINE = Culprit((Frame("operation", "work.py", 3),), 1.0, 2_000.0, None, None)


def test_what_grows_in_a_child_is_held_by_it(monkeypatch):
    child = Child(4711, "ForkProcess-1, python, forked", 0, 2_100 * cell().operations)
    found = explained(monkeypatch, (LINE,), children=(child,))
    assert found.culprits[0].holder == "child process 4711 (ForkProcess-1, python, forked)"
    assert found.explained.endswith("; child process 4711 (ForkProcess-1, python, forked) grew by 2,100 B/op")


def test_a_child_of_which_nothing_is_known_is_told_as_one(monkeypatch):
    assert explained(monkeypatch, (LINE,)).culprits[0].holder == "a child process"


def test_where_no_line_is_found_the_child_is_told_none_the_less(monkeypatch):
    child = Child(4711, "python", 0, 2_100 * cell().operations)
    found = explained(monkeypatch, (), children=(child,))
    assert found.culprits == ()
    assert found.explained.startswith("no place was found")
    assert found.explained.endswith("child process 4711 (python) grew by 2,100 B/op")


def looks(monkeypatch, most, *operations):
    """How many processes it takes to look over so many operations each time, and which were begun for it."""
    opened, closed = [], []

    class Process:
        directory = ""

        async def __aenter__(self):
            opened.append(self)
            return self

        async def __aexit__(self, *_):
            assert self in closed

        async def ask(self, *_, **__):
            return {}

        async def close(self, _):
            closed.append(self)

    async def open_stack(*_):
        return {}

    monkeypatch.setattr(culprits.processes, "Worker", lambda *_: Process())
    monkeypatch.setattr(culprits.rounds, "open_stack", open_stack)

    async def look():
        found = culprits._Look("python", SimpleNamespace(seed=0, stall=1.0, variables={}, database=None), cell(16))
        found.lengths = replace(found.lengths, most=most)
        async with found._open:
            fresh = [await found.make_room(each) for each in operations]
            await found.end()
        return fresh

    fresh = asyncio.run(look())
    assert len(opened) == len(closed) == sum(fresh)
    return fresh


def test_one_process_is_looked_at_where_no_operation_fails(monkeypatch):
    assert looks(monkeypatch, math.inf, 10_000, 50_000, 100_000) == [True, False, False]


def test_a_fresh_process_is_begun_before_an_operation_would_fail(monkeypatch):
    assert looks(monkeypatch, 100.0, 60, 40, 1, 100) == [True, False, True, True]
