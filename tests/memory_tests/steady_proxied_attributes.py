"""Reach attributes of related objects through an association proxy and a hybrid, on objects and in statements.

Does not leak: a proxied collection is remade from its owner, to which it refers weakly.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    _memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan")
    groups: AssociationProxy[list[str]] = association_proxy(
        "_memberships", "group", creator=lambda group: Membership(group=group)
    )


class Membership(Base):
    __tablename__ = "membership"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    group: Mapped[str]

    @hybrid_property
    def is_admin(self):
        return self.group == "admin"


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        user = User(groups=["admin", f"group {i}"])
        session.add(user)
        session.flush()
        user.groups.append("late")
        user.groups.remove(f"group {i}")
        session.flush()
        session.expire(user)
        assert list(user.groups) == ["admin", "late"]
        assert session.scalars(select(User).where(User.groups == "late")).one() is user
        assert session.scalars(select(Membership).where(Membership.is_admin)).one().group == "admin"
        session.rollback()
