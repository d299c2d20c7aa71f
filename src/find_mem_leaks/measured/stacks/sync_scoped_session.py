"""SQLAlchemy, scoped_session: a unit of work uses the thread's session and removes it at its end."""

from __future__ import annotations

from sqlalchemy.orm import scoped_session, sessionmaker

from ..blog import engines, models, units_of_work

REQUIRES = ("sqlalchemy",)


class Stack:
    def __init__(self, path: str) -> None:
        self._engine = engines.make(path)
        self._session = scoped_session(sessionmaker(self._engine, future=True))

    def open(self) -> None:
        models.Base.metadata.create_all(self._engine)

    def create(self) -> None:
        try:
            units_of_work.create(self._session)
            self._session.commit()
        finally:
            self._session.remove()

    def read(self, post_id: int) -> None:
        try:
            units_of_work.read(self._session, post_id)
        finally:
            self._session.remove()

    def update(self, post_id: int) -> None:
        try:
            units_of_work.update(self._session, post_id)
            self._session.commit()
        finally:
            self._session.remove()

    def delete(self, post_id: int) -> None:
        try:
            units_of_work.delete(self._session, post_id)
            self._session.commit()
        finally:
            self._session.remove()

    def close(self) -> None:
        self._session.remove()
        self._engine.dispose()
