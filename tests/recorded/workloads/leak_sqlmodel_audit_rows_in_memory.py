"""Add one audit row per operation, through SQLModel, to a SQLite database that lives in memory.

Leaks: rows are never deleted, so SQLite's own (native) memory grows.
"""

from sqlalchemy.pool import StaticPool
from sqlmodel import Field, Session, SQLModel, create_engine

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlmodel",)


class Audit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    text: str


_engine = create_engine("sqlite://", poolclass=StaticPool)


def setup():
    SQLModel.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        session.add(Audit(text=f"user {i} did something " * 8))  # leaks
        session.commit()
