"""Compile a statement over types of ever other sizes for the same dialect, and make literals of them.

Does not leak: types are compiled to text, and the dialect's memory of them is weak.
"""

from sqlalchemy import JSON, Column, Enum, LargeBinary, MetaData, Numeric, String, Table, create_engine, select
from sqlalchemy.schema import CreateTable

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_dialect = create_engine("sqlite://").dialect


def operation(i):
    thing = Table(
        "thing",
        MetaData(),
        Column("name", String(1 + i)),
        Column("price", Numeric(38, 1 + i % 30)),
        Column("state", Enum("open", "closed", native_enum=False, length=10 + i % 50)),
        Column("picture", LargeBinary(1 + i)),
        Column("details", JSON()),
    )
    assert f"VARCHAR({1 + i})" in str(CreateTable(thing).compile(dialect=_dialect))
    query = select(thing.c.name).where(thing.c.name == f"name {i}", thing.c.details["key"].as_string() == "value")
    assert f"name {i}" in str(query.compile(dialect=_dialect, compile_kwargs={"literal_binds": True}))
