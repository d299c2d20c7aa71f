"""Run a text() statement that is new each time.

Does not leak: the engine's cache holds 500 statements, lets them grow by half and then drops the oldest.
"""

from sqlalchemy import create_engine, text

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_connection = create_engine("sqlite://").connect()


def operation(i):
    return _connection.execute(text(f"select {i} as number")).scalar()
