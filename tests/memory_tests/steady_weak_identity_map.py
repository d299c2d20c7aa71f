"""Load ever other rows in one session that stays open, change one of them, and let the objects go.

Does not leak: the identity map refers to objects weakly, and to changed ones only until they are flushed.
"""

from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)
ROWS = 2_000


class Base(DeclarativeBase):
    pass


class Sensor(Base):
    __tablename__ = "sensor"
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]


_engine = create_engine("sqlite://")
_session = Session(_engine)


def setup():
    Base.metadata.create_all(_engine)
    _session.execute(insert(Sensor), [{"id": 1 + number, "level": 0} for number in range(ROWS)])
    _session.commit()


def operation(i):
    first = 1 + (i * 7) % (ROWS - 10)
    sensors = _session.scalars(select(Sensor).where(Sensor.id.between(first, first + 9))).all()
    assert len(sensors) == 10
    sensors[3].level = i
    _session.flush()
    assert len(_session.identity_map) <= 10
