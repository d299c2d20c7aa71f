"""Make a SQLAlchemy engine for a tenant name that is new each time, and keep it in a registry.

Leaks: no engine is ever disposed of or taken out, and each brings its pool, dialect and compiled cache.
"""

from sqlalchemy import create_engine, text

TRUTH = "leaking"
RATE = 38500.0
REQUIRES = ("sqlalchemy",)

ENGINES = {}


def operation(i):
    engine = ENGINES[f"tenant-{i}"] = create_engine("sqlite://")  # leaks
    with engine.connect() as connection:
        return connection.execute(text("select 1")).scalar()
