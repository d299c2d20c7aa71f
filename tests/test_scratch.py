"""Folders of a run's own: gone with it, or with the next run if it was killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from find_mem_leaks import scratch

OWNER = """
import pathlib, time
from find_mem_leaks import scratch
scratch.IN_MEMORY = pathlib.Path({!r})
folder = scratch.Folder("work", in_memory=True)
print(folder.path, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def parents(monkeypatch, tmp_path):
    """Where folders are made: on a file system in memory, and elsewhere."""
    folders = [tmp_path / "memory", tmp_path / "disk"]
    for folder in folders:
        folder.mkdir()
    monkeypatch.setattr(scratch, "IN_MEMORY", folders[0])
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(folders[1]))
    return folders


def contents(parents):
    return [sorted(each.name for each in parent.iterdir()) for parent in parents]


@pytest.fixture
def start(parents):
    """Start a process that owns a folder; return it and the folder."""
    started = []

    def process():
        code = OWNER.format(str(parents[0]))
        one = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        started.append(one)
        return one, Path(one.stdout.readline().strip())

    yield process
    for one in started:
        one.kill()
        one.wait()
        one.stdout.close()


def test_a_folder_is_gone_when_it_has_been_used(parents):
    with scratch.Folder("environment") as path:
        Path(path, "file").write_text("text")
        assert Path(path).parent == parents[1]
        assert Path(path).name.startswith("find-mem-leaks-environment-")
        assert Path(path).stat().st_mode & 0o777 == 0o700
    assert contents(parents) == [[], []]


def test_where_there_is_no_file_system_in_memory_a_usual_one_is_taken(parents, monkeypatch):
    with scratch.Folder(in_memory=True) as path:
        assert Path(path).parent == parents[0]
    monkeypatch.setattr(scratch, "IN_MEMORY", parents[0] / "none")
    with scratch.Folder(in_memory=True) as path:
        assert Path(path).parent == parents[1]


def test_what_a_killed_run_left_is_swept_and_what_a_living_one_uses_is_not(start, parents):
    killed, left = start()
    _, used = start()
    (left / "database").write_bytes(bytes(1000))
    killed.kill()
    killed.wait()
    scratch.sweep()
    assert not left.exists()
    assert used.exists()
    assert contents(parents) == [sorted([used.name, used.name + ".lock"]), []]


def test_a_run_sweeps_once_when_it_makes_its_first_folder(start, monkeypatch):
    killed, left = start()
    killed.kill()
    killed.wait()
    monkeypatch.setattr(scratch, "_sweep_once", scratch.cache(scratch.sweep))
    with scratch.Folder():
        assert not left.exists()
    left.mkdir()
    left.with_name(left.name + ".lock").touch()
    with scratch.Folder():
        assert left.exists()


def test_shared_memory_of_a_killed_cell_is_removed_with_its_folder(start, monkeypatch, tmp_path):
    killed, left = start()
    segment = tmp_path / "segments" / "psm_1"
    segment.parent.mkdir()
    segment.write_bytes(bytes(100))
    monkeypatch.setattr(scratch.shared, "FOLDER", str(segment.parent))
    (left / scratch.shared.NAME).write_text(f"{segment.stat().st_ino} psm_1\n")
    killed.kill()
    killed.wait()
    scratch.sweep()
    assert not segment.exists()


def test_a_lock_that_another_run_took_first_is_made_anew(monkeypatch, parents):
    """Between the making of a lock and its being held, another run may find that it is nobody's."""
    take, taken = scratch._takes, []

    def late(descriptor):
        if not taken:
            taken.append(descriptor)
            scratch._remove_if_nobodys(str(next(parents[1].glob("*.lock"))))
        return take(descriptor)

    monkeypatch.setattr(scratch, "_takes", late)
    with scratch.Folder() as path:
        assert Path(path + ".lock").exists()
    assert contents(parents) == [[], []]


def test_what_another_user_owns_is_left_alone(monkeypatch, parents):
    lock = parents[1] / "find-mem-leaks-of-another.lock"
    lock.touch()

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(scratch.os, "open", refuse)
    scratch.sweep()
    assert lock.exists()
