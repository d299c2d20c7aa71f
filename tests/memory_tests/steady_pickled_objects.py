"""Pickle an object with loader options and a loaded collection, unpickle it, and merge it into another session.

Does not leak: what is unpickled has a state of its own, which dies with it.
"""

import pickle

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add(Order(note="one", lines=[Line(), Line()]))


def operation(i):
    with Session(_engine) as session:
        order = session.scalars(select(Order).options(selectinload(Order.lines))).one()
        order.note = f"note {i}"
        stored = pickle.dumps(order)
    with Session(_engine) as session:
        merged = session.merge(pickle.loads(stored))
        assert (merged.note, len(merged.lines)) == (f"note {i}", 2)
        session.rollback()
