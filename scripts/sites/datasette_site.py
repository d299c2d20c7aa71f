"""Datasette with one database, a table of 200 rows with a full-text index."""

import sqlite3
import tempfile
from pathlib import Path

from datasette.app import Datasette

database = Path(tempfile.mkdtemp(), "shop.db")
with sqlite3.connect(database) as connection:
    connection.execute("create table items (id integer primary key, name text, kind text)")
    rows = [(f"name {number}", f"kind {number % 5}") for number in range(200)]
    connection.executemany("insert into items (name, kind) values (?, ?)", rows)
    connection.execute("create virtual table items_fts using fts5(name, content='items', content_rowid='id')")
    connection.execute("insert into items_fts (rowid, name) select id, name from items")
connection.close()

app = Datasette([str(database)]).app()
