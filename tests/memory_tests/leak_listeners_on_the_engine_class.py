"""Make an engine, listen to rollbacks of its two-phase transactions, connect and dispose; but listen to all engines.

Leaks: listeners of the class Engine stay when the engine that they were meant for is gone.
"""

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_clslevel"


def held():
    return len(Engine.dispatch.rollback_twophase._clslevel[Engine])


def operation(i):
    note = {"engine": i, "two_phase": []}  # leaks
    event.listen(Engine, "rollback_twophase", lambda *arguments: note["two_phase"].append(arguments))  # leaks
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
