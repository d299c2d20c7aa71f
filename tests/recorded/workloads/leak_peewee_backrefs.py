"""Make a peewee model class with a foreign key in each import job.

Leaks: the model that the key points at keeps a back reference to every such class.
"""

import peewee

TRUTH = "leaking"
RATE = 11100.0
REQUIRES = ("peewee",)

_database = peewee.SqliteDatabase(":memory:")


class User(peewee.Model):
    class Meta:
        database = _database


def operation(i):
    class Job(peewee.Model):
        user = peewee.ForeignKeyField(User, backref=f"jobs_{i}")  # leaks

        class Meta:
            database = _database

    return Job._meta.table_name
