"""Drivers of database servers: a class for each, of sessions on a server and of what the driver does by itself.

Where there is no server, or the driver is not installed, the figures are n/a.
"""

from typing import Any

from .database_suite import ON_POSTGRESQL, DatabaseSuite
from .suite import BALANCED


class Psycopg(DatabaseSuite):
    database = "postgresql+psycopg"
    style = "sync"
    params = (*BALANCED, *ON_POSTGRESQL)

    def setup_cache(self) -> Any:
        return self.measure()


class PsycopgAsync(DatabaseSuite):
    database = "postgresql+psycopg"
    style = "async"
    params = (*BALANCED, *ON_POSTGRESQL)

    def setup_cache(self) -> Any:
        return self.measure()


class Psycopg2(DatabaseSuite):
    database = "postgresql+psycopg2"
    style = "sync"
    params = (*BALANCED, *ON_POSTGRESQL)

    def setup_cache(self) -> Any:
        return self.measure()


class Asyncpg(DatabaseSuite):
    database = "postgresql+asyncpg"
    style = "async"
    params = (*BALANCED, *ON_POSTGRESQL)

    def setup_cache(self) -> Any:
        return self.measure()


class Pymysql(DatabaseSuite):
    database = "mysql+pymysql"
    style = "sync"

    def setup_cache(self) -> Any:
        return self.measure()


class Mysqldb(DatabaseSuite):
    database = "mysql+mysqldb"
    style = "sync"

    def setup_cache(self) -> Any:
        return self.measure()


class Asyncmy(DatabaseSuite):
    database = "mysql+asyncmy"
    style = "async"

    def setup_cache(self) -> Any:
        return self.measure()


class Aiomysql(DatabaseSuite):
    database = "mysql+aiomysql"
    style = "async"

    def setup_cache(self) -> Any:
        return self.measure()
