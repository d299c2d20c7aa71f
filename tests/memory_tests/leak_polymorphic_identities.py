"""Define a subclass by single-table inheritance, with an identity of its own, and store and load one object of it.

Leaks: the base's map of identities keeps the mapper of every subclass, and the mapper its class.
"""

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "polymorphic_map"


class Base(DeclarativeBase):
    pass


class Shape(Base):
    __tablename__ = "shape"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "shape"}  # noqa: RUF012


_engine = create_engine("sqlite://")
_uncached = _engine.execution_options(compiled_cache=None)


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(Shape.__mapper__.polymorphic_map)


def operation(i):
    type(f"Special{i}", (Shape,), {"__mapper_args__": {"polymorphic_identity": f"special {i}"}})  # leaks
    with Session(_uncached) as session:
        assert session.scalars(select(Shape.id)).all() == []
