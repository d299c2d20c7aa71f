"""Values written into the SQL of text(), so that each value makes a statement: caches of statements fill, then stop.

It looks like a leak while two caches fill: the engine's of compiled statements (500, and half as many again before it
drops the oldest) and each sqlite3 connection's of prepared ones (128, or 100 before CPython 3.10).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from ..blog import one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "bounded"  # the caches hold a statement for each value, and drop their oldest once they are full

VALUES = 400

_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = one_post.engine(directory)


def operation(i: int) -> None:
    with _engine.connect() as connection:
        query = text("SELECT title FROM post WHERE id <= %d LIMIT 1" % (i % VALUES))  # noqa: S608 - this is the mistake
        connection.execute(query).all()
