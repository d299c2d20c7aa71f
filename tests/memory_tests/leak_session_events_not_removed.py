"""Listen to the rollback of a factory's sessions for the length of a request, and forget to remove the listener.

Leaks: the factory keeps each listener and what it closes over.
"""

from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import sessionmaker

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_clslevel"

_sessions = sessionmaker(create_engine("sqlite://"))


def held():
    return len(list(_sessions.class_.dispatch.after_bulk_delete._clslevel.get(_sessions.class_, ())))


def operation(i):
    deleted = []  # leaks

    def note(context):  # leaks
        deleted.append((i, context))

    event.listen(_sessions, "after_bulk_delete", note)  # leaks
    with _sessions() as session:
        assert session.scalar(text("SELECT 1")) == 1
