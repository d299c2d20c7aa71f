"""Store and read ever other text beyond ASCII, as values, as literals and as names of columns from a fixed set.

Does not leak: text is bound and read; nothing remembers a value.
"""

from sqlalchemy import Column, Integer, MetaData, Table, Unicode, UnicodeText, create_engine, func, select

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_texts = Table(
    "tëxt",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("überschrift", Unicode(40)),
    Column("内容", UnicodeText),
)
_engine = create_engine("sqlite://")


def setup():
    _texts.metadata.create_all(_engine)


def operation(i):
    heading, content = f"Größe {i} ← 量", f"内容 {i} " * 5
    with _engine.connect() as connection:
        connection.execute(_texts.insert(), {"überschrift": heading, "内容": content})
        row = connection.execute(select(_texts).where(func.lower(_texts.c["überschrift"]) == heading.lower())).one()
        assert row._mapping["内容"] == content
        connection.rollback()
