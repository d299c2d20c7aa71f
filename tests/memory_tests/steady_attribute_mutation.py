"""Change a dictionary and a list in place that the mutable extension follows, on objects that come and go.

Does not leak: a mutable value knows its parents weakly.
"""

from sqlalchemy import JSON, PickleType, create_engine
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[int] = mapped_column(primary_key=True)
    counts: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON))
    names: Mapped[list] = mapped_column(MutableList.as_mutable(PickleType))


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        basket = Basket(counts={"apple": 1}, names=["apple"])
        session.add(basket)
        session.flush()
        basket.counts[f"pear {i}"] = i
        basket.names.append(f"pear {i}")
        session.flush()
        session.expire(basket)
        assert (len(basket.counts), basket.names) == (2, ["apple", f"pear {i}"])
        basket.counts.pop("apple")
        session.flush()
        session.rollback()
