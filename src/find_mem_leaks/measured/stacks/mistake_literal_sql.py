"""Values written into the SQL of text(), so that each value makes a statement: caches of statements fill, then stop.

It looks like a leak while two caches fill: the engine's of compiled statements (500, and half as many again before it
drops the oldest) and each sqlite3 connection's of prepared ones (128, or 100 before CPython 3.10).
"""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..blog import engines, models

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "bounded"  # the caches hold a statement for each value, and drop their oldest once they are full

VALUES = 400

_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = engines.make(os.path.join(directory, "blog.sqlite"))
    models.Base.metadata.create_all(_engine)
    with Session(_engine, future=True) as session, session.begin():
        session.add(models.new_post())


def operation(i: int) -> None:
    with _engine.connect() as connection:
        query = text("SELECT title FROM post WHERE id <= %d LIMIT 1" % (i % VALUES))  # noqa: S608 - this is the mistake
        connection.execute(query).all()
