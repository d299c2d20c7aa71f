"""Roll a savepoint back after a duplicate key and keep the error for a report that nobody asks for.

Leaks: an error keeps its statement, its parameters and, by its traceback, the frames and the session in them.
"""

from sqlalchemy import create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_errors"


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


_engine = create_engine("sqlite://")
_errors = []


@event.listens_for(_engine, "connect")
def _let_sqlalchemy_begin(connection, _record):
    connection.isolation_level = None


@event.listens_for(_engine, "begin")
def _begin(connection):
    connection.exec_driver_sql("BEGIN")


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(_errors)


def operation(i):
    with Session(_engine) as session:  # leaks
        session.add(Account(name=f"account {i}"))
        session.flush()  # leaks
        try:
            with session.begin_nested():  # leaks
                session.add(Account(name=f"account {i}"))  # leaks
        except IntegrityError as error:  # leaks
            _errors.append(error)
        session.rollback()
