"""SQLAlchemy, plain sessions: a unit of work opens a session from a sessionmaker and closes it."""

from __future__ import annotations

from sqlalchemy.orm import sessionmaker

from ..blog import engines, models, units_of_work

REQUIRES = ("sqlalchemy",)


class Stack:
    def __init__(self, path: str) -> None:
        self._engine = engines.make(path)
        self._sessions = sessionmaker(self._engine, future=True)

    def open(self) -> None:
        models.Base.metadata.create_all(self._engine)

    def create(self) -> None:
        with self._sessions() as session, session.begin():
            units_of_work.create(session)

    def read(self, post_id: int) -> None:
        with self._sessions() as session:
            units_of_work.read(session, post_id)

    def update(self, post_id: int) -> None:
        with self._sessions() as session, session.begin():
            units_of_work.update(session, post_id)

    def delete(self, post_id: int) -> None:
        with self._sessions() as session, session.begin():
            units_of_work.delete(session, post_id)

    def close(self) -> None:
        self._engine.dispose()
