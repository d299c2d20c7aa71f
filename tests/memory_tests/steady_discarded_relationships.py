"""Map a class anew to a subquery with a relationship to a class that stays, use both, and dispose of it.

Does not leak: the class that stays has no backref, and what is derived for the relationship goes with its mapper.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, foreign, mapped_column, registry, relationship

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)


class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))


_engine = create_engine("sqlite://")
_uncached = _engine.execution_options(compiled_cache=None)


def setup():
    Base.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add_all([Team(id=1), Player(id=1, team_id=1), Player(id=2, team_id=1)])


def operation(i):
    class Squad:
        pass

    mappings = registry()
    teams = select(Team.__table__).subquery()
    players = relationship(Player, primaryjoin=teams.c.id == foreign(Player.__table__.c.team_id), viewonly=True)
    mappings.map_imperatively(Squad, teams, primary_key=[teams.c.id], properties={"players": players})
    with Session(_uncached) as session:
        assert len(session.scalars(select(Squad)).one().players) == 2
    mappings.dispose()
