"""A statement with an Enum, written out for PostgreSQL. SQLAlchemy 2.1.1 enters the dialect's own copy of the type in
the MetaData each time, 2.1.2 does not."""

import enum

from sqlalchemy import Column, Enum, Integer, MetaData, Table, select
from sqlalchemy.dialects import postgresql


class Colour(enum.Enum):
    RED = 1


cars = Table("car", MetaData(), Column("id", Integer, primary_key=True), Column("colour", Enum(Colour)))
statement = select(cars).where(cars.c.colour == Colour.RED)


def operation(i):
    str(statement.compile(dialect=postgresql.dialect()))
