"""Join an entity to a subquery that is made anew each time, by a relationship and by foreign keys, as the ORM joins.

Does not leak: conditions that are derived for a subquery are cached on the subquery itself.
"""

from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, join, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoices: Mapped[list["Invoice"]] = relationship()


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    amount: Mapped[int]


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add(Customer(invoices=[Invoice(amount=amount) for amount in range(10)]))


def operation(i):
    large = select(Invoice).where(Invoice.amount >= i % 10).subquery()
    by_relationship = aliased(Invoice, large)
    together = join(Customer, by_relationship, Customer.invoices)
    tables = Customer.__table__.join(large)
    with Session(_engine) as session:
        assert session.scalar(select(func.count(by_relationship.id)).select_from(together)) == 10 - i % 10
        assert session.scalar(select(func.sum(large.c.amount)).select_from(tables)) == sum(range(i % 10, 10))
