"""Describe a temporary table with a new name in every report, all in one MetaData.

Leaks: the MetaData keeps each Table for ever.
"""

from sqlalchemy import Column, Integer, MetaData, String, Table, select

TRUTH = "leaking"
RATE = 11700.0
REQUIRES = ("sqlalchemy",)

_metadata = MetaData()


def operation(i):
    table = Table(
        f"report_{i}", _metadata, Column("id", Integer, primary_key=True), Column("name", String(40))
    )  # leaks
    return str(select(table.c.name).where(table.c.id == 5))
