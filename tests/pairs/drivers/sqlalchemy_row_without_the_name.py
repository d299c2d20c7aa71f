"""A Row that is asked for a name which it lacks, as by numpy. The C extension of SQLAlchemy 1.4.35 keeps a text each
time, that of 1.4.36 does not."""

import os

from sqlalchemy import create_engine, text


class _Open:
    row = None


def setup():
    url = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg2:", 1)
    with create_engine(url, future=True).connect() as connection:
        _Open.row = connection.execute(text("SELECT 1 AS id")).first()


def operation(i):
    try:
        _Open.row.__array__  # noqa: B018
    except AttributeError:
        return
    raise AssertionError("there is such a name")
