"""Add a row through SQLModel and delete the row that came 300 before it, in a database in memory.

Does not leak: after 300 operations the table has its full size.
"""

from sqlalchemy import delete
from sqlalchemy.pool import StaticPool
from sqlmodel import Field, Session, SQLModel, create_engine

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlmodel",)


class Event(SQLModel, table=True):
    id: int = Field(primary_key=True)
    text: str


_engine = create_engine("sqlite://", poolclass=StaticPool)


def setup():
    SQLModel.metadata.create_all(_engine)


def operation(i):
    with Session(_engine) as session:
        session.add(Event(id=i, text=f"event {i} " * 10))
        session.execute(delete(Event).where(Event.id == i - 300))
        session.commit()
