import _posixshmem
import mmap
import os
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path

import pytest

from find_mem_leaks.measured import shared
from find_mem_leaks.measured.probes import shared_memory as probe
from find_mem_leaks.measured.probes import shared_segments
from probed import kept

PAGE = mmap.PAGESIZE


@pytest.fixture(autouse=True)
def begun(tmp_path, monkeypatch):
    """The probes of a cell whose directory this is; what it leaves is removed."""
    monkeypatch.setattr(probe, "ledger", "")
    monkeypatch.setattr(_posixshmem, "shm_open", probe._make)
    probe.begin(str(tmp_path))
    yield
    shared.remove(str(tmp_path))


def make(pages=1):
    """A segment whose pages were written to, which nobody removes before it is unlinked here."""
    memory = shared_memory.SharedMemory(create=True, size=pages * PAGE)
    resource_tracker.unregister(memory._name, "shared_memory")
    memory.buf[::PAGE] = bytes(pages)
    return memory


def resident_and_shared():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssShmem"))


def test_segments_count_until_they_are_removed():
    assert probe.read() == shared_segments.read() == 0
    hint, before = shared_segments.hint(), resident_and_shared()
    first, second = make(3), make()
    assert shared_segments.hint() != hint
    assert probe.read() == 4 * PAGE == resident_and_shared() - before
    assert shared_segments.read() == len(shared_segments.numbers()) == 2
    first.close()
    second.close()
    assert probe.read() == 4 * PAGE
    _posixshmem.shm_unlink(first._name)
    assert probe.read() == PAGE
    _posixshmem.shm_unlink(second._name)
    assert probe.read() == shared_segments.read() == 0


def test_pages_that_were_never_written_to_are_no_bytes_but_a_segment():
    memory = shared_memory.SharedMemory(create=True, size=10 * PAGE)
    assert (probe.read(), shared_segments.read()) == (0, 1)
    memory.close()
    memory.unlink()


def test_what_others_have_made_is_not_counted(tmp_path):
    other = f"find-mem-leaks-test-{os.getpid()}"
    os.close(probe._make(other, os.O_CREAT | os.O_RDWR, mode=0o600))
    try:
        os.close(_posixshmem.shm_open(other, os.O_RDWR))
        os.close(_posixshmem.shm_open(other, os.O_CREAT | os.O_RDWR, mode=0o600))
        assert shared_segments.read() == 0
        shared.remove(str(tmp_path))
        assert os.path.exists(shared.place(other))  # noqa: PTH110
    finally:
        _posixshmem.shm_unlink(other)


def test_one_that_is_made_without_asking_to_be_the_first_is_counted():
    name = f"/find-mem-leaks-test-{os.getpid()}"
    os.close(_posixshmem.shm_open(name, os.O_CREAT | os.O_RDWR, mode=0o600))
    assert shared_segments.read() == 1
    _posixshmem.shm_unlink(name)


def test_a_segment_with_the_name_of_one_that_has_gone_is_another():
    memory = make()
    memory.close()
    _posixshmem.shm_unlink(memory._name)
    os.close(probe._make(memory._name, os.O_CREAT | os.O_RDWR, mode=0o600))
    assert shared_segments.read() == 0
    _posixshmem.shm_unlink(memory._name)


def test_a_forked_child_writes_in_the_same_ledger():
    pid = os.fork()
    if pid == 0:
        make().close()
        os._exit(0)
    os.waitpid(pid, 0)
    assert probe.read() == PAGE


def test_a_full_directory_does_not_take_the_workloads_memory(monkeypatch):
    monkeypatch.setattr(probe, "ledger", "/no/such/directory/ledger")
    memory = make()
    memory.close()
    _posixshmem.shm_unlink(memory._name)
    assert shared_segments.hint() == 0


def test_what_is_left_is_removed_and_what_cannot_be_is_passed_over(tmp_path, monkeypatch):
    memory = make()
    memory.close()
    monkeypatch.setattr(os, "unlink", lambda path: (_ for _ in ()).throw(PermissionError(path)))
    shared.remove(str(tmp_path))
    assert shared_segments.read() == 1
    monkeypatch.undo()
    shared.remove(str(tmp_path))
    assert not os.path.exists(shared.place(memory._name))  # noqa: PTH110


def test_reading_keeps_nothing():
    assert kept(probe.read) < 20
    assert kept(shared_segments.read) < 20
