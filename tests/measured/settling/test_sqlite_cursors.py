"""What sqlite3 keeps for a while, and that it is gone before a look."""

import gc
import sqlite3
import sys
import threading
import weakref

import pytest

from find_mem_leaks.measured.settling import sqlite_cursors


@pytest.fixture
def connection():
    with sqlite3.connect(":memory:") as found:
        yield found
    found.close()


def references(connection, queries):
    """Weak references that are there after some queries, and after the dead ones were dropped."""
    for _ in range(queries):
        connection.execute("SELECT 1").fetchall()
    gc.collect()
    before = sum(isinstance(found, weakref.ref) for found in gc.get_objects())
    sqlite_cursors.find()
    sqlite_cursors.drop_dead_references()
    sqlite_cursors.forget()
    return before, sum(isinstance(found, weakref.ref) for found in gc.get_objects())


def test_dead_references_are_dropped_whatever_their_number(connection):
    references(connection, 1)
    left = {references(connection, queries)[1] for queries in (7, 150, 199, 320)}
    assert max(left) - min(left) <= 2


def test_a_cursor_that_is_alive_stays(connection):
    cursor = connection.execute("SELECT 41 + 1")
    references(connection, 30)
    assert cursor.fetchone() == (42,)


def test_a_connection_that_is_closed_is_passed_over():
    connection = sqlite3.connect(":memory:")
    sqlite_cursors.find()
    connection.close()
    sqlite_cursors.drop_dead_references()
    sqlite_cursors.forget()


def test_a_connection_of_another_thread_is_passed_over():
    made = []
    opened, done = threading.Event(), threading.Event()

    def hold():
        connection = sqlite3.connect(":memory:")
        made.append(connection)
        opened.set()
        done.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    opened.wait()
    sqlite_cursors.find()
    sqlite_cursors.drop_dead_references()
    sqlite_cursors.forget()
    done.set()
    thread.join()


def test_connections_of_a_kind_of_their_own_are_found_once_and_let_go():
    class Own(sqlite3.Connection):
        pass

    connection = sqlite3.connect(":memory:", factory=Own)
    sqlite_cursors.find()
    assert sum(found is connection for found in sqlite_cursors._connections) == 1
    sqlite_cursors.forget()
    assert sqlite_cursors._connections == []
    connection.close()


def test_where_connections_are_hidden_from_the_collector_what_refers_to_them_leads_there(connection, monkeypatch):
    class Pool:
        def __init__(self):
            self.kept = connection

    pool = Pool()
    monkeypatch.setattr(sqlite_cursors, "_TRACKED", False)
    assert any(found is connection for found in sqlite_cursors._instances(sqlite3.Connection))
    assert pool.kept is connection


@pytest.mark.skipif(sys.version_info < (3, 10), reason="connections do not tell what they refer to")
def test_the_lists_of_a_connection_are_known():
    connection = sqlite3.connect(":memory:")
    cursor = connection.execute("select 1")
    lists = [found for found in gc.get_referents(connection) if type(found) is list]
    assert lists
    assert set(map(id, lists)) <= sqlite_cursors.bookkeeping()
    del cursor
