"""A Table for each request in a MetaData that all share: the database drops the table, the MetaData keeps it."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, select

from ..blog import engines

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # MetaData.tables holds every Table by its name; drop() only sends DROP TABLE
HOLDER = "MetaData.tables"

_metadata = MetaData()
_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = engines.make(os.path.join(directory, "blog.sqlite"))
    _metadata.clear()


def operation(i: int) -> None:
    table = Table("upload_%d" % i, _metadata, Column("title", String(100)), prefixes=["TEMPORARY"])  # leaks
    with _engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"title": "one"}, {"title": "two"}])
        connection.execute(select(table.c.title).distinct()).all()
        table.drop(connection)
