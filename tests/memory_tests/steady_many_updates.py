"""Update ever other sets of columns of one wide row, so that hundreds of UPDATE statements are made.

Does not leak: a mapper's own cache of statements is bounded, as the engine's is.
"""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine
from sqlalchemy.orm import Session, registry
from sqlalchemy.pool import StaticPool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)
COLUMNS = 12

_wide = Table(
    "wide",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(f"column_{number}", String(30)) for number in range(COLUMNS)),
)
_engine = create_engine("sqlite://", poolclass=StaticPool, query_cache_size=100)


class Wide:
    pass


def setup():
    registry().map_imperatively(Wide, _wide)
    _wide.metadata.create_all(_engine)
    with Session(_engine) as session, session.begin():
        session.add(Wide())


def operation(i):
    chosen = i * 37 % (1 << COLUMNS) or 1
    with Session(_engine) as session, session.begin():
        wide = session.get(Wide, 1)
        for number in range(COLUMNS):
            if chosen >> number & 1:
                setattr(wide, f"column_{number}", f"value {i}")
