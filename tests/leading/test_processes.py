"""The measured processes of an order: the database that each gets, and what is said of one that comes too late."""

import asyncio
import os
import sys

import pytest

from find_mem_leaks.judging.failure import Failure, Raised
from find_mem_leaks.leading import processes
from find_mem_leaks.leading.worker import WorkerError
from find_mem_leaks.subjects.databases import Server, of_file
from led import order

# Writes down which statements it is given; refuses the one of a file that is there.
CLIENT = """
import pathlib, sys
folder, statement = pathlib.Path(sys.argv[1]), sys.argv[2]
with open(folder / "statements", "a") as file:
    print(statement, file=file)
if (folder / "refused").exists():
    sys.exit("ERROR:  permission denied\\nHINT:  ask somebody")
"""


class Process:
    """A measured process that is none, with the settings that it was started with."""

    def __init__(self, executable, seed, settings):
        self.settings = settings

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Start a process of an order on a server whose client writes down what it is asked; return the process, the order
    on its database, and the statements."""
    monkeypatch.setattr(processes, "Worker", Process)
    client = (sys.executable, "-c", CLIENT, str(tmp_path))

    def start(of_kind="postgresql", client=client, **changes):
        database = of_file([of_kind])

        async def entered():
            at = order(database=database, **changes).at(Server(f"{of_kind}://me@/postgres?host=/run", client))
            async with processes.measured_process("python", at) as (process, placed):
                return process, placed

        process, placed = asyncio.run(entered())
        statements = tmp_path / "statements"
        return process, placed, statements.read_text().splitlines() if statements.exists() else []

    return start


@pytest.mark.parametrize(("kind", "forced"), [("postgresql", " WITH (FORCE)"), ("mysql", "")])
def test_each_process_of_a_file_has_a_database_of_its_own_that_goes_with_it(started, kind, forced):
    process, placed, statements = started(kind, file="shop.py")
    name = placed.database.url.partition("@/")[2].partition("?")[0]
    assert name.startswith(f"find_mem_leaks_{os.getpid()}_")
    assert process.settings["DATABASE_URL"] == placed.database.url == f"{kind}://me@/{name}?host=/run"
    assert statements == [f"CREATE DATABASE {name}", f"DROP DATABASE IF EXISTS {name}{forced}"]
    _, again, _ = started(kind, file="shop.py")
    assert again.database.url != placed.database.url


def test_a_server_that_is_not_our_own_is_left_as_it_is(started):
    process, placed, statements = started(client=(), file="shop.py")
    assert process.settings["DATABASE_URL"] == placed.database.url == "postgresql://me@/postgres?host=/run"
    assert statements == []


def test_a_stack_that_ships_makes_its_own(started):
    process, placed, statements = started()
    assert placed.database.url == "postgresql://me@/postgres?host=/run"
    assert "DATABASE_URL" not in process.settings
    assert statements == []


def test_a_database_that_cannot_be_made_is_said_in_a_line(started, tmp_path):
    (tmp_path / "refused").touch()
    with pytest.raises(WorkerError) as failed:
        started(file="shop.py")
    assert str(failed.value) == "no database could be made for the measured process: ERROR:  permission denied"
    with pytest.raises(WorkerError, match="measured process: false exited with code 1"):
        started(client=("/bin/false",), file="shop.py")


EXISTS = Failure(0, (Raised("FileExistsError", "EEXIST", "File exists"),), ())
WORDS = "FileExistsError: data (shop.py:7, after 0 operations)"


def test_where_the_first_process_may_have_left_something_it_is_said_what_to_do():
    said = processes.words(WorkerError(WORDS, EXISTS, place="shop.py:7"), order(file="shop.py"))
    assert said.startswith(f"{WORDS}; an earlier process of this cell did not fail there")
    assert "setup(directory)" in said


@pytest.mark.parametrize(
    ("failure", "place", "file"),
    [
        (EXISTS, "shop.py:7", None),
        (EXISTS, "", "shop.py"),
        (None, "", "shop.py"),
        (Failure(9, EXISTS.raised, ()), "shop.py:7", "shop.py"),
        (Failure(0, (Raised("OSError", "EMFILE", "Too many open files"),), ()), "shop.py:7", "shop.py"),
    ],
)
def test_what_no_setup_can_mend_is_told_as_it_is(failure, place, file):
    assert processes.words(WorkerError(WORDS, failure, place=place), order(file=file)) == WORDS
