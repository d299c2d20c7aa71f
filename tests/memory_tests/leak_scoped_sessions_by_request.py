"""Work with a scoped session whose scope is the number of the request, and commit without removing it.

Leaks: the registry of scopes keeps the session of every request.
"""

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "registry"

_request = 0


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)


_engine = create_engine("sqlite://")
_sessions = scoped_session(sessionmaker(_engine), scopefunc=lambda: _request)


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(_sessions.registry.registry)


def operation(i):
    global _request
    _request = i
    assert _sessions.scalars(select(User)).all() == []  # leaks
    _sessions.commit()  # leaks
