"""Make a SQLAlchemy engine in each operation, use it and dispose of it.

Does not leak: an engine is full of cycles and so waits for the collector, but nothing holds it.
"""

from sqlalchemy import create_engine, text

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


def operation(i):
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        value = connection.execute(text("select 1")).scalar()
    engine.dispose()
    return value
