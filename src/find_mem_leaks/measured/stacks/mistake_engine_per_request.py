"""An engine for each request, kept in a registry: its key names the request where it should name the database."""

from __future__ import annotations

import os
from typing import Any, Dict

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # an engine has a dialect, a pool and a cache of compiled statements of its own
HOLDER = "_engines"

_engines: Dict[int, Any] = {}
_url = ""


def setup(directory: str) -> None:
    global _url
    _url = "sqlite:///" + os.path.join(directory, "blog.sqlite")
    one_post.engine(directory)
    _engines.clear()


def operation(i: int) -> None:
    with Session(_engine_of(i), future=True) as session:
        session.get(models.Post, 1)  # leaks


def _engine_of(request: int) -> Any:
    if request not in _engines:
        _engines[request] = create_engine(_url, future=True, poolclass=NullPool)  # leaks
    return _engines[request]
