"""Connections kept open by an error path: one request in 100 asks for what is not there, and returns too early."""

from __future__ import annotations

import os
from typing import Any, Dict

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ..blog import models

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # a connection that the table of running requests still holds is neither closed nor collected
HOLDER = "_running"

# One request in so many asks for a post that is not there: seldom enough that the file descriptors do not run out.
MISSING = 100

_running: Dict[int, Any] = {}
_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = create_engine("sqlite:///" + os.path.join(directory, "blog.sqlite"), future=True, poolclass=NullPool)
    models.Base.metadata.create_all(_engine)
    with Session(_engine, future=True) as session, session.begin():
        session.add(models.new_post())
    _running.clear()


def operation(i: int) -> None:
    _read_title(i, post_id=1 if i % MISSING else 0)


def _read_title(request: int, post_id: int) -> Any:
    connection = _running[request] = _engine.connect()  # kept to be interrupted: leaks
    title = connection.execute(select(models.Post.title).where(models.Post.id == post_id)).scalar()  # leaks
    if title is None:
        return None
    connection.close()
    del _running[request]
    return title
