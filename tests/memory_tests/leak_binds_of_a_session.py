"""Bind a class that is mapped anew to an engine in a session that stays, use it, and dispose of the mapping.

Leaks: the session's binds keep each class and its table.
"""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select
from sqlalchemy.orm import Session, registry
from sqlalchemy.pool import StaticPool

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "binds"

_things = Table("thing", MetaData(), Column("id", Integer, primary_key=True))
_engine = create_engine("sqlite://", poolclass=StaticPool).execution_options(compiled_cache=None)
_session = Session()


def setup():
    _things.metadata.create_all(_engine)


def held():
    # 2.1 and 2.0
    return len(_session.binds if hasattr(_session, "binds") else _session._Session__binds)


def operation(i):
    class Thing:  # leaks
        pass

    mappings = registry()
    mappings.map_imperatively(Thing, _things)  # leaks
    _session.bind_mapper(Thing, _engine)
    assert _session.scalars(select(Thing)).all() == []
    _session.rollback()
    mappings.dispose()
