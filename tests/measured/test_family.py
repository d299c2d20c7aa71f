"""The processes below this one: real ones, which are forked, started, ended and orphaned."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from find_mem_leaks.measured import family
from find_mem_leaks.measured.probes import blocks, heap, pymalloc

MEBIBYTE = 1 << 20
# What a child does: keeps as many megabytes as it is told to, a line at a time.
CHILD = """
import sys
kept = []
for line in sys.stdin:
    kept.append(b"x" * (int(line) << 20))
    print("kept", flush=True)
"""


@pytest.fixture
def child():
    """A process that keeps so many megabytes, whenever it is asked to."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", CHILD], **pipes) as process:

        def keep(megabytes):
            process.stdin.write(f"{megabytes}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "kept\n"

        process.keep = keep
        keep(0)
        yield process


def asleep(**how):
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], **how)


def wait_until(is_so):
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError


@pytest.fixture(params=["lists of children", "all processes"])
def each_way(request, monkeypatch):
    """By the kernel's lists, and where there are none."""
    monkeypatch.setattr(family, "_HAS_CHILDREN", request.param == "lists of children")
    monkeypatch.setattr(family, "_ended", 5)
    monkeypatch.setattr(family, "_orphans", False)
    monkeypatch.setattr(family, "_cost_of_ended", lambda: 5)


def test_a_child_is_there_until_it_was_waited_for(each_way, child):
    assert child.pid in family.pids()
    child.kill()
    wait_until(lambda: family.anonymous(child.pid) == 0)
    assert child.pid in family.pids()
    child.wait()
    assert child.pid not in family.pids()


def test_the_children_of_children_count(each_way):
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\ninput()\nchild.communicate(b'end')\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        grandchild = int(process.stdout.readline())
        assert {process.pid, grandchild} <= set(family.pids())
        process.communicate("end")
    assert grandchild not in family.pids()


def test_a_process_of_the_tool_and_what_is_below_it_is_left_out(each_way, child, monkeypatch):
    monkeypatch.setattr(family, "_not_theirs", set())
    family.leave_out(child.pid)
    assert child.pid not in family.pids()
    assert not family._comes_from(99, {1}, {99: child.pid, child.pid: 1})


def test_numbers_that_go_round_in_a_circle_come_from_nobody():
    assert not family._comes_from(5, {1}, {5: 6, 6: 5})


def test_an_orphan_of_this_session_is_among_the_family():
    """Of a process with a session of its own, as the measured one has."""
    code = (
        "import os, subprocess, sys\n"
        "from find_mem_leaks.measured import family\n"
        "orphan = int(subprocess.check_output(['sh', '-c', 'sleep 60 >/dev/null & echo $!']))\n"
        "assert family.pids() == [orphan], (family.pids(), orphan)\n"
        "os.kill(orphan, 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], start_new_session=True, env=os.environ, check=False)
    assert done.returncode == 0


def test_memory_that_a_child_takes_is_growth_and_what_it_had_before_is_none(child):
    before = family.private()
    child.keep(8)
    child.keep(0)
    after = family.private()
    assert 7.5 * MEBIBYTE <= after - before <= 9 * MEBIBYTE
    child.kill()
    child.wait()
    family.pids()
    assert family.private() == 0


def test_what_is_kept_does_not_grow_with_the_number_of_processes(monkeypatch):
    number = [10]
    monkeypatch.setattr(family, "_descendants", lambda: list(range(100_000, 100_000 + number[0])))
    monkeypatch.setattr(family, "anonymous", lambda pid: pid)

    def memory():
        family.pids()
        family.private()
        gc.collect()
        return min(blocks.read() for _ in range(3)), min(pymalloc.read()[0] + heap.read()[0] for _ in range(3))

    try:
        for _ in range(20):
            before = memory()
        number[0] = 3 * family.MOST
        for _ in range(20):
            after = memory()
        assert len(family.pids()) == number[0]
    finally:
        monkeypatch.undo()
        family.pids()
        family.private()
    assert after[0] - before[0] < 8
    assert after[1] - before[1] < 16_384  # they would be 48 kB; the C heap counts some of what was freed as in use


def test_a_child_that_comes_is_no_growth():
    family.pids()
    before = family.private()
    first, second = asleep(), asleep()
    family.pids()
    assert family.private() - before < MEBIBYTE
    for process in (first, second):
        process.kill()
        process.wait()


def test_pages_that_a_forked_child_writes_to_for_the_first_time_are_no_growth():
    kept = bytearray(16 * MEBIBYTE)
    reader, writer = os.pipe()
    done, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(reader, 1)
        kept[::4096] = bytes(len(kept) // 4096)
        os.write(told, b"1")
        signal.pause()
    family.pids()
    before = family.private()
    os.write(writer, b"1")
    os.read(done, 1)
    assert abs(family.private() - before) < MEBIBYTE
    [found] = [each for each in family.describe() if each["pid"] == pid]
    assert found["private"] >= 16 * MEBIBYTE
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    for descriptor in (reader, writer, done, told):
        os.close(descriptor)


def test_what_is_told_of_a_child(child):
    child.keep(4)
    [found] = [each for each in family.describe() if each["pid"] == child.pid]
    assert found["name"].startswith(os.path.basename(sys.executable) + " -c import sys kept")  # noqa: PTH119
    assert len(found["name"]) <= family.COMMAND
    assert 4 * MEBIBYTE < found["private"] <= found["pss"] <= family.anonymous(child.pid) + 64 * MEBIBYTE
    family.pids()
    family.private()
    child.keep(4)
    [again] = [each for each in family.describe() if each["pid"] == child.pid]
    assert again["grown"] - found["grown"] > 3 * MEBIBYTE


def test_no_more_are_told_than_were_asked_for(child):
    family.private()
    child.keep(4)
    with asleep() as other:
        [found] = family.describe(1)
        assert {child.pid, other.pid} <= {each["pid"] for each in family.describe()}
        other.kill()
    assert found["pid"] == child.pid


def test_a_process_of_multiprocessing_has_its_name():
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,), name="Resizer-3")
    process.start()
    [found] = [each for each in family.describe() if each["pid"] == process.pid]
    assert found["name"].startswith("Resizer-3, python")
    assert found["name"].endswith(", forked")
    process.kill()
    process.join()


def test_of_what_has_ended_nothing_is_told(monkeypatch):
    process = asleep()
    process.kill()
    process.wait()
    assert family.anonymous(process.pid) == 0
    assert family._below(process.pid) == []
    assert family._name(process.pid, {}) == ""
    told = family._described(process.pid, "gone", 5)
    assert told == {"pid": process.pid, "name": "gone", "grown": 5, "private": None, "pss": None}


@pytest.fixture
def ended(monkeypatch):
    """What the children that have ended have cost, as it is from here on; this process has none that runs."""
    cost = [5]
    monkeypatch.setattr(family, "_ended", 5)
    monkeypatch.setattr(family, "_orphans", False)
    monkeypatch.setattr(family, "_has_children", lambda: False)
    monkeypatch.setattr(family, "_below", lambda _: [])
    monkeypatch.setattr(family, "_cost_of_ended", lambda: cost[0])
    return cost


def test_without_children_nothing_is_gone_through(ended, monkeypatch):
    monkeypatch.setattr(family, "_among_all", None)
    assert family.pids() == []


def test_when_one_has_ended_all_are_gone_through_once(ended, monkeypatch):
    walks = []
    monkeypatch.setattr(family, "_among_all", lambda: walks.append(1) or [])
    ended[0] = 6
    assert [family.pids() for _ in range(3)] == [[], [], []]
    assert len(walks) == 1


def test_as_long_as_there_are_orphans_all_are_gone_through(ended, monkeypatch):
    found = iter([[4, 5], [4], [], []])
    monkeypatch.setattr(family, "_among_all", lambda: next(found))
    ended[0] = 6
    assert [family.pids() for _ in range(5)] == [[4, 5], [4], [], [], []]


def test_a_long_list_is_read_to_its_end(tmp_path, monkeypatch):
    (tmp_path / "list").write_bytes(b"12345 " * 3_000)
    monkeypatch.setattr(family, "_PROC", str(tmp_path))
    assert len(family._read("list").split()) == 3_000
