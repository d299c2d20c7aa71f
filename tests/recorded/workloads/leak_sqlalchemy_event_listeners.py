"""Listen for an event of all sessions from inside each request, with a closure over the request's body.

Leaks: SQLAlchemy holds listeners of a class for ever, and nobody removes them.
"""

from sqlalchemy import event
from sqlalchemy.orm import Session

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)


def operation(i):
    body = f"request {i} " * 10

    def after_rollback(session):
        return body

    if i % 10 == 0:
        event.listen(Session, "after_rollback", after_rollback)  # leaks
