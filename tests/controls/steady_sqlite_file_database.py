"""Read ten rows of a database in a file and update one, in rows chosen at random.

Does not leak: the page cache fills up to its bound of 400 pages (1.6 MB) and stays there; the file keeps its size.
"""

import os
import random
import shutil
import sqlite3
import tempfile

TRUTH = "clean"
RATE = 0.0
CHOICE = random.Random(400)
ROWS = 20_000
STATE = {}


def setup():
    STATE["folder"] = tempfile.mkdtemp()
    connection = STATE["connection"] = sqlite3.connect(os.path.join(STATE["folder"], "entries.sqlite"))  # noqa: PTH118
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA cache_size = 400")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT)")
    connection.executemany("INSERT INTO entry VALUES (?, ?)", ((k, f"{k:0200d}") for k in range(ROWS)))
    connection.commit()


def operation(i):
    connection = STATE["connection"]
    start = CHOICE.randrange(ROWS - 10)
    rows = connection.execute("SELECT id, text FROM entry WHERE id BETWEEN ? AND ?", (start, start + 9)).fetchall()
    connection.execute("UPDATE entry SET text = ? WHERE id = ?", (f"{i:0200d}", start))
    connection.commit()
    return len(rows)


def teardown():
    STATE.pop("connection").close()
    shutil.rmtree(STATE.pop("folder"))
