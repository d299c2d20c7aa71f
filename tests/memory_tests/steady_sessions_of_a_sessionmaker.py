"""Open a session, add a user with two addresses, flush, ask for them, roll back and close.

Does not leak: the session, its identity map and the objects go together.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user", order_by="Address.id")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    email: Mapped[str]
    user: Mapped[User] = relationship(back_populates="addresses")


_engine = create_engine("sqlite://")
_sessions = sessionmaker(_engine)


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    with _sessions() as session:
        session.add(User(name=f"user {i}", addresses=[Address(email=f"{i}@a"), Address(email=f"{i}@b")]))
        session.flush()
        session.expunge_all()
        user = session.scalars(select(User).where(User.name == f"user {i}")).one()
        assert [address.email for address in user.addresses] == [f"{i}@a", f"{i}@b"]
        session.rollback()
