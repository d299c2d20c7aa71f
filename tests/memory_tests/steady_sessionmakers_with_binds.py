"""Make a sessionmaker with a bind for each class, a session of it, read from both databases and close.

Does not leak: each sessionmaker has a class of its own for its sessions, which the collector takes with it.
"""

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Here(Base):
    __tablename__ = "here"
    id: Mapped[int] = mapped_column(primary_key=True)


class There(Base):
    __tablename__ = "there"
    id: Mapped[int] = mapped_column(primary_key=True)


_first, _second = create_engine("sqlite://"), create_engine("sqlite://")


def setup():
    for engine in (_first, _second):
        Base.metadata.create_all(engine)
    with Session(_first) as session, session.begin():
        session.add(Here())
    with Session(_second) as session, session.begin():
        session.add_all([There(), There()])


def operation(i):
    sessions = sessionmaker(binds={Here: _first, There: _second}, info={"request": i})
    sessions.configure(expire_on_commit=False)
    with sessions() as session:
        assert len(session.scalars(select(Here)).all()) == 1
        assert len(session.scalars(select(There)).all()) == 2
        assert session.info["request"] == i
