"""Map a class anew with a relationship to a class that stays, with a backref, and dispose of its registry alone.

Leaks: the mapper that stays has the backref, by a name of its own, among its properties, and with it the other mapper.
"""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column, registry, relationship

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "Team"


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)


def held():
    return len(Team.__mapper__.attrs)


def operation(i):
    class Player:  # leaks
        pass

    mappings = registry()  # leaks
    players = Table(
        "player",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("team_id", Integer, ForeignKey(Team.__table__.c.id)),
    )  # leaks
    team = relationship(Team, backref=f"players_{i}")  # leaks
    mappings.map_imperatively(Player, players, properties={"team": team})  # leaks
    configure_mappers()  # leaks
