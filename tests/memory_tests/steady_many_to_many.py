"""Map two classes with an association table between them, link objects on both sides, unlink, dispose of the mapping.

Does not leak: relationships, backrefs and their dependency processors belong to the two mappers.
"""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, create_engine, select
from sqlalchemy.orm import Session, registry, relationship
from sqlalchemy.pool import StaticPool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_metadata = MetaData()
_items = Table("item", _metadata, Column("id", Integer, primary_key=True))
_keywords = Table("keyword", _metadata, Column("id", Integer, primary_key=True))
_links = Table(
    "item_keyword", _metadata, Column("item_id", ForeignKey("item.id")), Column("keyword_id", ForeignKey("keyword.id"))
)
_engine = create_engine("sqlite://", poolclass=StaticPool)
_uncached = _engine.execution_options(compiled_cache=None)


def setup():
    _metadata.create_all(_engine)


def operation(i):
    class Item:
        pass

    class Keyword:
        pass

    mappings = registry()
    mappings.map_imperatively(Keyword, _keywords)
    mappings.map_imperatively(
        Item, _items, properties={"keywords": relationship(Keyword, secondary=_links, backref="items")}
    )
    with Session(_uncached) as session:
        item, other = Item(), Item()
        item.keywords = [Keyword(), Keyword()]
        other.keywords = item.keywords[:1]
        session.add_all([item, other])
        session.flush()
        session.expire_all()
        assert len(session.scalars(select(Keyword).where(Keyword.items.contains(other))).one().items) == 2
        item.keywords.clear()
        session.flush()
    mappings.dispose()
