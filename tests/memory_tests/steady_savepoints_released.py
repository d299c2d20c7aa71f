"""Begin three savepoints inside one another in a session, write a row in each, and release them all.

Does not leak: each nested transaction is forgotten by its parent when it ends.
"""

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Entry(Base):
    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


_engine = create_engine("sqlite://")


@event.listens_for(_engine, "connect")
def _let_sqlalchemy_begin(connection, _record):
    connection.isolation_level = None


@event.listens_for(_engine, "begin")
def _begin(connection):
    connection.exec_driver_sql("BEGIN")


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        session.add(Entry(text="outermost"))
        with session.begin_nested():
            session.add(Entry(text=f"first {i}"))
            with session.begin_nested():
                session.add(Entry(text=f"second {i}"))
                with session.begin_nested():
                    session.add(Entry(text=f"third {i}"))
        assert session.query(Entry).count() == 4
        session.rollback()
