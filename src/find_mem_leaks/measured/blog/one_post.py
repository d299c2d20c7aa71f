"""A blog of one post on a SQLite file, for workloads that read it again and again."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy.orm import Session

from . import engines, models


def engine(directory: str) -> Any:
    """Make the file in a directory, with its tables and the post; return an engine on it."""
    made = engines.make(os.path.join(directory, "blog.sqlite"))
    models.Base.metadata.create_all(made)
    with Session(made, future=True) as session, session.begin():
        session.add(models.new_post())
    return made
