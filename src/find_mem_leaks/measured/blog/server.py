"""A database on a server that only this process uses, as the blog's stacks work on it: made, filled, counted, dropped.

All of it goes through connections of its own, by the driver that is measured and outside the measured stretches.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from sqlalchemy import create_engine, text
from sqlalchemy.engine.url import make_url
from sqlalchemy.pool import NullPool

from .database import BODY, COMMENTS_PER_POST, TITLE

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

PREFIX = "find_mem_leaks_"
VALUES = {"title": TITLE, "body": BODY}

# By the name that SQLAlchemy has for the kind of server. Identities go on from the number of rows, as SQLite's do.
DROP = {"postgresql": "DROP DATABASE IF EXISTS %s WITH (FORCE)", "mysql": "DROP DATABASE IF EXISTS %s"}
EMPTY = {
    "postgresql": ["TRUNCATE comment, post RESTART IDENTITY"],
    "mysql": [
        "SET FOREIGN_KEY_CHECKS = 0",
        "TRUNCATE TABLE comment",
        "TRUNCATE TABLE post",
        "SET FOREIGN_KEY_CHECKS = 1",
    ],
}
FILL = {
    "postgresql": [
        """INSERT INTO post (id, title, body)
        SELECT i, CAST(:title AS varchar), CAST(:body AS varchar)
        FROM generate_series(1, CAST(:rows AS integer)) AS i""",
        "SELECT setval(pg_get_serial_sequence('post', 'id'), CAST(:rows AS integer))",
    ],
    "mysql": [
        # Both end a recursion after 1,000 steps; each reads as a comment what is for the other.
        """SET SESSION /*M! max_recursive_iterations = 1000000, */ /*!80003 cte_max_recursion_depth = 1000000, */
        sql_notes = 1""",
        """INSERT INTO post (id, title, body)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
        SELECT i, :title, :body FROM n""",
    ],
}
FILL_COMMENTS = {
    "postgresql": "INSERT INTO comment (post_id, body) SELECT id, CAST(:body AS varchar) FROM post",
    "mysql": "INSERT INTO comment (post_id, body) SELECT id, :body FROM post",
}


class ServerDatabase:
    """A new database on the server of ``url``, with a name of its own; ``url`` then is that of the new one."""

    def __init__(self, url: str) -> None:
        server = make_url(url)
        self._name = "%s%d_%s" % (PREFIX, os.getpid(), os.urandom(4).hex())
        self._dialect = server.get_backend_name()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._server = self._engine(server)
        self._do(self._server, ["CREATE DATABASE %s" % self._name])
        own = server.set(database=self._name)
        self.url: str = own.render_as_string(hide_password=False)
        self._own = self._engine(own)

    def fill(self, rows: int) -> None:
        """Bring the database to exactly ``rows`` posts with ids 1 to ``rows``, each with its comments."""
        statements = list(EMPTY[self._dialect])
        if rows:
            statements += [*FILL[self._dialect], *[FILL_COMMENTS[self._dialect]] * COMMENTS_PER_POST]
        self._do(self._own, statements, rows=rows, **VALUES)

    def count(self) -> int:
        """Return how many posts the database holds."""
        return int(self._do(self._own, ["SELECT count(*) FROM post"]))

    def drop(self) -> None:
        self._do(self._server, [DROP[self._dialect] % self._name])
        if self._loop is not None:
            self._loop.close()

    def _engine(self, url: URL) -> Engine:
        """An engine that keeps no connection, so that none of this stands beside those of the stack."""
        options: Dict[str, Any] = {"poolclass": NullPool, "future": True, "isolation_level": "AUTOCOMMIT"}
        if not url.get_dialect().is_async:
            return create_engine(url, **options)
        from sqlalchemy.ext.asyncio import create_async_engine

        self._loop = self._loop or asyncio.new_event_loop()
        return create_async_engine(url, **options).sync_engine

    def _do(self, engine: Engine, statements: List[str], **values: object) -> Any:
        """Carry out statements on a new connection; the first value of the last one's first row, if it has rows."""

        def work(connection: Connection) -> Any:
            for statement in statements:
                made = text(statement)
                result = connection.execute(made, {name: values[name] for name in made._bindparams})
            return result.scalar() if result.returns_rows else None

        if not engine.dialect.is_async:
            with engine.connect() as connection:
                return work(connection)
        assert self._loop is not None
        return self._loop.run_until_complete(_asynchronously(engine, work))


async def _asynchronously(engine: Engine, work: Callable[[Connection], Any]) -> Any:
    from sqlalchemy.ext.asyncio import AsyncEngine

    async with AsyncEngine(engine).connect() as connection:
        return await connection.run_sync(work)
