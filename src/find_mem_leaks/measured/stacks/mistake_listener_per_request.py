"""An event listener added to the engine by each request, so that an error is reported with the request's number."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import event, select

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # the engine keeps every listener, and with it what its function refers to
HOLDER = "listeners"

_log = logging.getLogger(__name__)
_engine: Any = None


def setup(directory: str) -> None:
    global _engine
    _engine = one_post.engine(directory)


def operation(i: int) -> None:
    @event.listens_for(_engine, "handle_error")  # leaks
    def report(context: Any) -> None:  # leaks
        _log.error("request %d: %s", i, context.original_exception)

    with _engine.connect() as connection:
        connection.execute(select(models.Post.title)).scalar_one()
