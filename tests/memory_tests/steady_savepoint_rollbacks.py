"""Roll a savepoint back after a duplicate key, go on in the same transaction, and roll that back in the end.

Does not leak: the error, its statement and the objects that were new within the savepoint all go.
"""

from sqlalchemy import create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


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
        session.add(Account(name="first"))
        session.flush()
        duplicates = 0
        for name in ("first", f"second {i}", "first"):
            try:
                with session.begin_nested():
                    session.add(Account(name=name))
            except IntegrityError:
                duplicates += 1
        assert (duplicates, session.query(Account).count()) == (2, 2)
        session.rollback()
