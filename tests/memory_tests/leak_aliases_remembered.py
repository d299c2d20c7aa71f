"""Remember for each alias by which statement it is loaded, in a cache without a bound whose key is the alias.

Leaks: every alias is new, so nothing is found in the cache and each adds an entry.
"""

import functools

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_statement"


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


@functools.lru_cache(maxsize=None)
def _statement(node):
    return select(node.id).where(node.id > 0)  # leaks


def held():
    return _statement.cache_info().currsize


def operation(i):
    node = aliased(Node)  # leaks
    with Session(_engine) as session:
        assert session.scalars(_statement(node)).all() == []  # leaks
