"""Make an engine with a pool, connect twice, run a statement on each connection and dispose of the engine.

Does not leak: dialect, pool, connections and the cache of compiled statements are the engine's own.
"""

from sqlalchemy import column, create_engine, select, table
from sqlalchemy.pool import QueuePool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_query = select(table("sqlite_master", column("name")).c.name)


def operation(i):
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=2, query_cache_size=10, logging_name="engine")
    with engine.connect() as first, engine.connect() as second:
        first.execute(_query).all()
        second.execute(_query).all()
    engine.dispose()
