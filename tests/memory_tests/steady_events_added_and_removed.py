"""Listen to events of a mapper, an attribute, a session and the engine, let them happen, and remove the listeners.

Does not leak: what was listened to is forgotten on both sides, the listener's and the target's.
"""

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


_engine = create_engine("sqlite://")


def setup():
    Base.metadata.create_all(_engine)


def operation(i):
    happened = []

    def note(*arguments, **_):
        happened.append(len(arguments))

    with Session(_engine) as session:
        events = [
            (Thing, "before_insert"),
            (Thing.name, "set"),
            (session, "after_flush"),
            (_engine, "before_cursor_execute"),
        ]
        for target, name in events:
            event.listen(target, name, note)
        session.add(Thing(name=f"thing {i}"))
        session.flush()
        for target, name in events:
            event.remove(target, name, note)
        session.rollback()
    assert len(happened) == 4
