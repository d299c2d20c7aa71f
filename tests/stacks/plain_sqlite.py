"""SQLite without SQLAlchemy: nothing to import, so that tests of everything else are quick."""

import sqlite3

from ..blog import database

REQUIRES = ("sqlite3",)
TABLES = """
CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES post (id), body TEXT);
"""


class Stack:
    def __init__(self, path):
        self._connection = sqlite3.connect(path, isolation_level=None)

    def open(self):
        database.limit_page_cache(self._connection, None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(TABLES)

    def create(self):
        self._connection.execute("INSERT INTO post (title, body) VALUES (?, ?)", (database.TITLE, database.BODY))

    def read(self, post_id):
        self._connection.execute("SELECT title FROM post WHERE id = ?", (post_id,)).fetchone()

    def update(self, post_id):
        self._connection.execute("UPDATE post SET title = 'other' WHERE id = ?", (post_id,))

    def delete(self, post_id):
        self._connection.execute("DELETE FROM post WHERE id = ?", (post_id,))

    def close(self):
        self._connection.close()
