"""Run statements with ever new labels through a compiled cache that is a plain dict.

Leaks: a dict given as compiled_cache has no bound, unlike the engine's own cache.
"""

from sqlalchemy import create_engine, literal_column, select

TRUTH = "leaking"
RATE = 7270.0
REQUIRES = ("sqlalchemy",)

CACHE = {}
_connection = create_engine("sqlite://").connect().execution_options(compiled_cache=CACHE)


def operation(i):
    return _connection.execute(select(literal_column("1").label(f"column_{i}"))).scalar()  # leaks
