"""sqlite-web over a database with one table of 100 rows."""

import sqlite3
import tempfile
from pathlib import Path

from sqlite_web import sqlite_web

database = Path(tempfile.mkdtemp(), "shop.db")
with sqlite3.connect(database) as connection:
    connection.execute("create table items (id integer primary key, name text)")
    connection.executemany("insert into items (name) values (?)", [(f"name {number}",) for number in range(100)])
connection.close()

sqlite_web.initialize_app([str(database)])
app = sqlite_web.app
app.secret_key = "secret"
