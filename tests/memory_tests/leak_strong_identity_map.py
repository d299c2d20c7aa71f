"""Keep the objects of a session strongly, as a recipe has it, for as long as they are in it; the session stays open.

Leaks: new rows come with each operation, and nothing expunges what was loaded.
"""

from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "refs"


class Base(DeclarativeBase):
    pass


class Sensor(Base):
    __tablename__ = "sensor"
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]


_engine = create_engine("sqlite://")
_session = Session(_engine, expire_on_commit=False, info={"refs": set()})


@event.listens_for(_session, "pending_to_persistent")
def _keep(session, instance):
    session.info["refs"].add(instance)  # leaks


def setup():
    Base.metadata.create_all(_engine)


def held():
    return len(_session.info["refs"])


def operation(i):
    sensor = Sensor(id=i + 1, level=i)  # leaks
    _session.add(sensor)  # leaks
    _session.flush()  # leaks
    _session.connection().execute(Sensor.__table__.delete())
    _session.commit()
