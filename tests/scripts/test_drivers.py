"""What is compared with the truth of workloads around drivers, and of drivers with a leak put in."""

from dataclasses import replace
from pathlib import Path

import pytest
import truths
from judged import Judged
from leaking_drivers import LEAKS

import drivers
import memory_tests
from cells import cell, culprit
from find_mem_leaks.judging.verdict import Verdict

CONTROLS = truths.controls(drivers.FOLDER)
[MISTAKE] = truths.controls(drivers.FOLDER, "leak_asyncpg_records_kept.py")
KEPT = "list `_kept` of module pymysql.connections"


@pytest.fixture
def packages(tmp_path):
    """A folder with a driver's module whose line 2 keeps the object."""
    file = tmp_path / "pymysql/connections.py"
    file.parent.mkdir()
    file.write_text("_kept = []\n_kept.append(object())  # leaks\n")
    return tmp_path


def of_driver(rate=0.0, *culprits, **changes):
    database, stack = "mysql+pymysql", "sqlalchemy2x_sync_session_pymysql"
    return cell(rate, stack=stack, database=database, bytes_per_operation=rate, culprits=culprits, **changes)


def at(packages, line, holder=KEPT):
    return culprit(str(packages / "pymysql/connections.py"), line, size=16.0, holder=holder)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_a_workload_says_whether_it_leaks_where_and_what_holds_it(control):
    text = control.path.read_text()
    marked = truths.marked(control.path)
    leaks = control.truth == truths.LEAKING
    assert leaks == control.name.startswith("leak_") == bool(marked) == ("HOLDER" in truths.constants(control.path))
    assert ("\nLeaks: " in text, "\nDoes not leak" in text) == (leaks, not leaks)


def test_there_are_some_of_each_driver_that_leak_and_that_do_not():
    for library in ("asyncpg", "psycopg", "psycopg2", "sqlalchemy"):
        for kind in ("leak", "steady"):
            assert [control for control in CONTROLS if control.name.startswith(f"{kind}_{library}_")]


def of_a_mistake(rate, *culprits):
    made = Judged(cell(rate, stack=MISTAKE.name, culprits=culprits), MISTAKE.path, leaks=True, first=memory_tests.FIRST)
    return memory_tests.filled(drivers.OF_CONTROLS, [made])


def test_of_a_mistake_verdict_line_and_holder_are_compared_with_its_file():
    line, *_ = sorted(truths.marked(MISTAKE.path))
    right = of_a_mistake(300.0, culprit(str(MISTAKE.path), line, holder="dict `SHOWN`"))
    assert "- 1 of 1 that leak are called leaking; the true line is among the first two in 1, " in right
    wrong = of_a_mistake(0.0)
    assert "- 0 of 1 that leak" in wrong
    assert f"| {MISTAKE.name} | **clean** |" in wrong


def test_of_a_driver_each_run_counts_and_line_and_holder_of_the_leak(packages):
    clean, leaking = of_driver(), of_driver(17.5, at(packages, 2))
    text = drivers.of_drivers([[clean]] * 3, [leaking], packages)
    assert "- 1 of 1 are clean or bounded each time; 0 of 3 measurements call one leaking;" in text
    assert "- 1 of 1 are called leaking where the object is kept; its line is among the first two in 1, with" in text
    assert "  16.0 to 16.0 bytes an operation, and the list that keeps it the holder in 1." in text
    assert f"clean, clean, clean | leaking | 17.5 | 16.0 | pymysql/connections.py:2 | {KEPT} |" in text


def test_what_differs_from_the_truth_is_marked(packages):
    accused, missed = of_driver(16.0), of_driver(0.0)
    text = drivers.of_drivers([[of_driver()], [accused]], [missed], packages)
    assert "- 0 of 1 are clean or bounded each time; 1 of 2 measurements call one leaking;" in text
    assert "| clean, **leaking** | **clean** | 0.0 | – | **–** | – |" in text
    elsewhere = of_driver(16.0, at(packages, 1, "list `others`"))
    text = drivers.of_drivers([[of_driver()]], [elsewhere], packages)
    assert "| **pymysql/connections.py:1** | list `others` |" in text
    assert "the first two in 0" in text


def test_a_cell_that_failed_has_no_figure(packages):
    lost = replace(of_driver(), verdict=Verdict.FAILED, bytes_per_operation=None)
    assert "| **failed** | – | – | **–** | – |" in drivers.row([of_driver()], lost, packages)


def test_drivers_of_mariadb_are_measured_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(drivers.mariadb, "SBIN", str(tmp_path))
    monkeypatch.delenv("FIND_MEM_LEAKS_MYSQL_URL", raising=False)
    assert drivers.drivers_here() == ["postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"]
    monkeypatch.setenv("FIND_MEM_LEAKS_MYSQL_URL", "mysql://root@localhost/mysql")
    assert drivers.drivers_here() == list(dict.fromkeys(leak.database for leak in LEAKS))


def test_a_cell_has_the_leak_of_its_driver_and_its_kind_of_stack():
    asynchronous = replace(of_driver(), stack="sqlalchemy2x_async_session_psycopg", database="postgresql+psycopg")
    assert drivers.leak_in(asynchronous).module == "psycopg/connection_async.py"
    assert drivers.leak_in(of_driver()).module == "pymysql/connections.py"
    assert Path(drivers.leak_in(of_driver()).module).suffix == ".py"
