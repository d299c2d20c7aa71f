"""Map two classes to tables that stay, store and load objects of them, and dispose of the mappings.

Does not leak: the registry forgets its mappers, the statements are not cached, and the classes go with the collector.
"""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.orm import Session, registry, relationship
from sqlalchemy.pool import StaticPool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_metadata = MetaData()
_authors = Table("author", _metadata, Column("id", Integer, primary_key=True), Column("name", String(30)))
_books = Table(
    "book",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("author_id", ForeignKey("author.id")),
    Column("title", String(30)),
)
_engine = create_engine("sqlite://", poolclass=StaticPool)
_uncached = _engine.execution_options(compiled_cache=None)


def setup():
    _metadata.create_all(_engine)


def operation(i):
    class Author:
        pass

    class Book:
        pass

    mappings = registry()
    mappings.map_imperatively(Author, _authors, properties={"books": relationship(Book, back_populates="author")})
    mappings.map_imperatively(Book, _books, properties={"author": relationship(Author, back_populates="books")})
    with Session(_uncached) as session:
        author, book = Author(), Book()
        author.name, book.title, book.author = f"author {i}", f"book {i}", author
        session.add(author)
        session.flush()
        session.expire_all()
        assert session.scalars(select(Book).join(Book.author)).one().author.name == f"author {i}"
    mappings.dispose()
