"""Add an order with two tags through an association table, ask for it by a hybrid attribute, and delete it again.

Does not leak: rows, objects and sessions all go.
"""

from sqlalchemy import Column, ForeignKey, Table, create_engine, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


_links = Table(
    "links", Base.metadata, Column("order_id", ForeignKey("orders.id")), Column("tag_id", ForeignKey("tags.id"))
)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    tags: Mapped[list[Tag]] = relationship(secondary=_links)

    @hybrid_property
    def double(self):
        return self.price * 2


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        session.add(Order(price=i, tags=[Tag(), Tag()]))
        session.flush()
        order = session.scalars(select(Order).where(Order.double == 2 * i)).one()
        for tag in list(order.tags):
            session.delete(tag)
        session.delete(order)
        session.commit()
