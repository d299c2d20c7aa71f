"""What the system lets a process have at most."""

import mmap
import os
import resource

import pytest

from find_mem_leaks.measured import ceilings


@pytest.fixture
def no_groups(monkeypatch, tmp_path):
    monkeypatch.setattr(ceilings, "GROUPS", str(tmp_path))


def test_open_descriptors_are_under_a_limit():
    before = ceilings.read()["RLIMIT_NOFILE"]
    assert before[0] == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    ends = os.pipe()
    after = ceilings.read()["RLIMIT_NOFILE"]
    for end in ends:
        os.close(end)
    assert after == (before[0], before[1] + 2)


def limits(monkeypatch, **soft):
    """Let these be the limits, and all others none."""
    by_number = {getattr(resource, name): value for name, value in soft.items()}
    monkeypatch.setattr(resource, "getrlimit", lambda number: (by_number.get(number, resource.RLIM_INFINITY), -1))


def test_what_is_not_limited_is_not_told(monkeypatch, no_groups):
    limits(monkeypatch)
    assert ceilings.read() == {}


def test_address_space_is_all_that_is_mapped(monkeypatch, no_groups):
    limits(monkeypatch, RLIMIT_AS=1 << 40)
    _, before = ceilings.read()["RLIMIT_AS"]
    kept = mmap.mmap(-1, 50_000_000)
    most, after = ceilings.read()["RLIMIT_AS"]
    assert most == 1 << 40
    assert after - before >= len(kept)


def test_processes_are_those_of_the_user_and_bind_root_in_nothing(monkeypatch, no_groups):
    limits(monkeypatch, RLIMIT_NPROC=500)
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert ceilings.read() == {}
    monkeypatch.setattr(os, "getuid", lambda: user or 4_711)
    assert ceilings.read()["RLIMIT_NPROC"][1] == (ceilings._tasks_of_user() if user else 0)


@pytest.mark.parametrize(
    ("group", "folders", "expected"),
    [
        ("0::/a/b\n", {"a": (100, 7), "a/b": ("max", 5)}, (100, 7)),
        ("0::/a/b\n", {"a": (100, 7), "a/b": (50, 5)}, (50, 5)),
        ("0::/of/the/host\n", {"": (64, 3)}, (64, 3)),
        ("8:pids:/a\n0::/\n", {"pids/a": (30, 2)}, (30, 2)),
        ("4:memory:/a\n", {"a": (100, 7)}, None),
    ],
)
def test_tasks_are_bounded_by_the_narrowest_group(monkeypatch, tmp_path, group, folders, expected):
    for name, (most, current) in folders.items():
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "pids.max").write_text(f"{most}\n")
        (tmp_path / name / "pids.current").write_text(f"{current}\n")
    content = ceilings._content
    monkeypatch.setattr(ceilings, "_content", lambda path: group if path == "/proc/self/cgroup" else content(path))
    monkeypatch.setattr(ceilings, "GROUPS", str(tmp_path))
    limits(monkeypatch)
    assert ceilings.read().get("pids.max") == expected
