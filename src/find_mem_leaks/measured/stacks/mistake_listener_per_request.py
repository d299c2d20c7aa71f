"""An event listener added to the engine by each request, so that an error is reported with the request's number."""

from __future__ import annotations

import logging
import os
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from ..blog import engines, models

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # the engine keeps every listener, and with it what its function refers to
HOLDER = "listeners"

_log = logging.getLogger(__name__)
_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = engines.make(os.path.join(directory, "blog.sqlite"))
    models.Base.metadata.create_all(_engine)
    with Session(_engine, future=True) as session, session.begin():
        session.add(models.new_post())


def operation(i: int) -> None:
    @event.listens_for(_engine, "handle_error")
    def report(context: Any) -> None:
        _log.error("request %d: %s", i, context.original_exception)

    with _engine.connect() as connection:
        connection.execute(select(models.Post.title)).scalar_one()
