"""A server of its own process: where its files are, how it is asked for by another process, and that it ends."""

import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from find_mem_leaks import scratch
from find_mem_leaks.database_servers import server
from find_mem_leaks.database_servers.server import ROOM, running
from find_mem_leaks.errors import UsageError

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def as_ourselves(monkeypatch):
    """Whoever a server is run as elsewhere may not reach this test's folders."""
    monkeypatch.setattr(server, "_service_user", lambda: None)


def sleeping(prepare=()):
    return running("Sleeper", lambda _: prepare, lambda _: SLEEPER, lambda _: True, signal.SIGTERM)


@pytest.mark.parametrize(("free", "is_in_memory"), [(ROOM, True), (ROOM - 1, False), (None, False)])
def test_its_files_are_in_memory_only_where_there_is_room_for_them(monkeypatch, tmp_path, free, is_in_memory):
    def disk_usage(_):
        if free is None:
            raise FileNotFoundError
        return SimpleNamespace(free=free)

    monkeypatch.setattr(server.shutil, "disk_usage", disk_usage)
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path)
    with sleeping() as folder:
        assert (folder.parent == tmp_path) == is_in_memory
    assert not folder.exists()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            b"creating files\n12:01 [ERROR] disk full\n12:01 [ERROR] Aborting\n\nAsk at an address\n",
            "12:01 [ERROR] disk full",
        ),
        (b"initdb: error: no room\ninitdb: removing data\n", "initdb: error: no room"),
        (b"starting\nno room\n\n", "no room"),
        (b"\n", "it said nothing"),
        (b"the errors of others\n" + b"x" * 300, "x" * 200),
    ],
)
def test_of_what_a_server_says_the_line_counts_that_tells_what_went_wrong(output, said):
    assert server._reason(output) == said


def test_one_that_cannot_be_set_up_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path)
    fails = [sys.executable, "-c", "print('first'); raise SystemExit('no space left on device')"]
    with pytest.raises(UsageError, match="Sleeper could not be set up: no space left on device"), sleeping([fails]):
        raise AssertionError
    assert list(tmp_path.glob("find-mem-leaks-server-*")) == []


def test_one_whose_program_may_not_be_run_is_told_in_a_line(tmp_path, monkeypatch):
    program = tmp_path / "initdb"
    program.touch()
    monkeypatch.setattr(scratch, "IN_MEMORY", tmp_path)
    message = rf"Sleeper could not be started \(Permission denied: {program}\)"
    with pytest.raises(UsageError, match=message), sleeping([[str(program)]]):
        raise AssertionError
    assert list(tmp_path.iterdir()) == [program]


def test_another_process_has_one_for_as_long_as_it_writes_to_it():
    called = [sys.executable, "-m", "find_mem_leaks.database_servers", "postgresql"]
    with subprocess.Popen(called, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        url = other.stdout.readline().strip()
        folder = url.partition("?host=")[2]
        assert url == f"postgresql://find_mem_leaks@/postgres?host={folder}"
        assert (scratch.Path(folder) / "data" / "postmaster.pid").exists()
        other.stdin.close()
        assert other.wait(30) == 0
    assert not scratch.Path(folder).exists()


def test_where_there_is_none_the_other_process_is_told_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    code = (
        "import sys; from find_mem_leaks.database_servers import __main__, mariadb\n"
        "mariadb.SBIN = '/nowhere'; __main__.main('mysql')"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "there is no MariaDB here" in answer.stderr
