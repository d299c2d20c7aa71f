"""Note each change of a mutable attribute, with what it was before, in a list of the class.

Leaks: nobody ever writes the list away; the values before are dictionaries that would go otherwise.
"""

from sqlalchemy import JSON, create_engine, event
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "history"


class Base(DeclarativeBase):
    pass


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[int] = mapped_column(primary_key=True)
    counts: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))
    history = []  # noqa: RUF012


@event.listens_for(Basket.counts, "set")
def _note(basket, value, before, initiator):
    Basket.history.append(before)  # leaks


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(Basket.history)


def operation(i):
    with Session(_engine) as session:
        basket = Basket(counts={"apple": i})  # leaks
        session.add(basket)
        session.flush()
        basket.counts = {"pear": i}  # leaks
        session.flush()
        session.rollback()
