"""Run statements with ever new labels on a SQLAlchemy engine, which caches 500 compiled statements at most.

Leaks: the compiled cache is bounded, but the dialect's table of quoted names keeps every label, so a small leak
goes on under a large sawtooth.
"""

from sqlalchemy import create_engine, literal_column, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)

_connection = create_engine("sqlite://").connect()


def operation(i):
    return _connection.execute(select(literal_column("1").label(f"column_{i}"))).scalar()  # leaks
