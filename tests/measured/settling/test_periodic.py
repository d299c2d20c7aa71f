"""What sqlite3 and asyncio keep for a while, and that it is gone before a look."""

import asyncio
import gc
import sqlite3

import pytest

from find_mem_leaks.measured.settling import sqlite_cursors, timers


@pytest.fixture
def connection():
    with sqlite3.connect(":memory:") as found:
        yield found
    found.close()


def references(connection, queries):
    """Weak references that are there after some queries, and after the dead ones were dropped."""
    import weakref

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


def test_cancelled_timers_go_and_others_stay():
    async def scheduled():
        loop = asyncio.get_running_loop()
        kept = loop.call_later(1000, print)
        for _ in range(30):
            loop.call_later(1000, print).cancel()
        await timers.drop_cancelled()
        found = list(loop._scheduled)
        kept.cancel()
        return found == [kept]

    assert asyncio.run(scheduled())
