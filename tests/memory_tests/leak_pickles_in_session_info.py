"""Pickle each object that a session has loaded, to tell later what changed, into the info of the session.

Leaks: the session stays open, and so does what is in its info.
"""

import pickle

from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "info"


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]


_engine = create_engine("sqlite://")
_session = Session(_engine, info={"before": []})


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add(Order(note="one"))


def held():
    return len(_session.info["before"])


def operation(i):
    _session.execute(update(Order).values(note=f"note {i}").execution_options(synchronize_session=False))
    order = _session.scalars(select(Order).execution_options(populate_existing=True)).one()
    _session.info["before"].append(pickle.dumps(order))  # leaks
    _session.commit()
