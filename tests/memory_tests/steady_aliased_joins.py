"""Join a tree of nodes to itself by aliases that are made anew each time, with a predicate on the outermost one.

Does not leak: an alias belongs to its statement; statements of the same shape share one entry of the cache.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    name: Mapped[str]
    children: Mapped[list["Node"]] = relationship()


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add(Node(name="root", children=[Node(name=f"child {n}", children=[Node(name="leaf")]) for n in "ab"]))


def operation(i):
    child, leaf = aliased(Node), aliased(Node)
    query = select(Node.name, leaf.name).join(Node.children.of_type(child)).join(child.children.of_type(leaf))
    with Session(_engine) as session:
        rows = session.execute(query.where(child.name != f"child {'abc'[i % 3]}")).all()
        assert len(rows) == (2 if i % 3 == 2 else 1)
