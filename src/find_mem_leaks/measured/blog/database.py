"""The SQLite file that a stack works on: tables ``post`` and ``comment``, made by the stack itself.

The file is filled and checked through its own short-lived connection, outside the measured stretches, so that
every round starts from the same rows and proves that the stack did what the plan asked of it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

COMMENTS_PER_POST = 2
TITLE = "title of one fixed length"
BODY = "body of one fixed length, so that each operation does what the one before it did"

# Pages of 4,096 bytes that a connection may cache: small enough to be full before the warm-up ends.
PAGE_CACHE = 16

FILL = """
INSERT INTO post (id, title, body)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) SELECT i, :title, :body FROM n
"""
FILL_COMMENTS = "INSERT INTO comment (post_id, body) SELECT id, :body FROM post"


def limit_page_cache(connection: Any, _record: Any) -> None:
    """Listener for an engine's ``connect`` event: bound SQLite's page cache, which would else grow for long."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA cache_size = %d" % PAGE_CACHE)
    cursor.close()


def fill(path: str, rows: int) -> None:
    """Bring the file to exactly ``rows`` posts with ids 1 to ``rows``, each with its comments."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM comment")
        connection.execute("DELETE FROM post")
        connection.execute(FILL, {"rows": rows, "title": TITLE, "body": BODY})
        for _ in range(COMMENTS_PER_POST):
            connection.execute(FILL_COMMENTS, {"body": BODY})
        connection.execute("COMMIT")
    finally:
        connection.close()


def count(path: str) -> int:
    """Return how many posts the file holds."""
    connection = sqlite3.connect(path)
    try:
        (rows,) = connection.execute("SELECT count(*) FROM post").fetchone()
        return int(rows)
    finally:
        connection.close()


class File:
    """The SQLite file as what a workload needs of its database: where the stack finds it, its rows."""

    def __init__(self, path: str) -> None:
        self.url = path

    def fill(self, rows: int) -> None:
        fill(self.url, rows)

    def count(self) -> int:
        return count(self.url)

    def drop(self) -> None:
        """Nothing: the file goes with its folder."""
