"""Collect rows in a list and write them with peewee every 250 operations, emptying the table first.

Does not leak: memory rises and falls like a saw.
"""

import peewee

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("peewee",)

_database = peewee.SqliteDatabase(":memory:")
PENDING = []


class Line(peewee.Model):
    text = peewee.TextField()

    class Meta:
        database = _database


def setup():
    _database.connect()
    _database.create_tables([Line])


def operation(i):
    PENDING.append({"text": f"line {i} " * 20})
    if len(PENDING) == 250:
        Line.delete().execute()
        Line.insert_many(PENDING).execute()
        PENDING.clear()
