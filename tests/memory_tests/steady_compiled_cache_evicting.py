"""Run 900 different statements in turn on an engine whose cache holds 100 of them.

Does not leak: the cache drops what was not asked for the longest; the dialect knows the 900 names soon.
"""

from sqlalchemy import create_engine, literal_column, select

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)
STATEMENTS = 900

_connection = create_engine("sqlite://", query_cache_size=100).connect()


def operation(i):
    which = i * 7 % STATEMENTS
    assert _connection.scalar(select(literal_column(str(which)).label(f"column_{which}"))) == which
