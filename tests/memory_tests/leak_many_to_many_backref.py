"""Give each new item a keyword that is kept loaded, in a session of the item's own transaction.

Leaks: the keyword's side of the association grows with every item, and nobody expires it.
"""

from sqlalchemy import Column, ForeignKey, Table, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "Keyword"


class Base(DeclarativeBase):
    pass


_links = Table(
    "item_keyword",
    Base.metadata,
    Column("item_id", ForeignKey("item.id")),
    Column("keyword_id", ForeignKey("keyword.id")),
)


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    keywords: Mapped[list["Keyword"]] = relationship(secondary=_links, back_populates="items")


class Keyword(Base):
    __tablename__ = "keyword"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[Item]] = relationship(secondary=_links, back_populates="keywords")


_engine = create_engine("sqlite://")
_keyword = Keyword(id=1, items=[])


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(_keyword.items)


def operation(i):
    with Session(_engine) as session:
        item = Item(id=i + 1)  # leaks
        session.add(item)
        session.flush()  # leaks
        session.rollback()
    item.keywords.append(_keyword)  # leaks
