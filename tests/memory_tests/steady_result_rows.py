"""Read results in all ways: rows, mappings, scalars, partitions, frozen, half and then closed, and as dictionaries.

Does not leak: rows share the description of their result, and a result that is closed lets go of its cursor.
"""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_things = Table("thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(30)))
_engine = create_engine("sqlite://")


def setup():
    _things.metadata.create_all(_engine)
    with _engine.begin() as connection:
        connection.execute(_things.insert(), [{"name": f"thing {number}"} for number in range(40)])


def operation(i):
    query = select(_things.c.id, _things.c.name).where(_things.c.id > i % 20)
    with _engine.connect() as connection:
        rows = connection.execute(query).fetchall()
        assert {hash(row) for row in rows} == {hash(tuple(row)) for row in rows}
        assert dict(connection.execute(query).mappings().first())["id"] == 1 + i % 20
        assert sum(len(part) for part in connection.execute(query).partitions(7)) == len(rows)
        frozen = connection.execute(query).freeze()
        assert frozen().scalars("name").all() == [row.name for row in rows]
        half = connection.execute(query)
        half.fetchmany(3)
        half.close()
        assert len(connection.execute(query).columns("name").unique().all()) == len(rows)
