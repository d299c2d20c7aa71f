"""The databases that stacks can work on: SQLite, and servers by the drivers that people use."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from find_mem_leaks import errors
from find_mem_leaks.concealing import concealed
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects.catalogue import Stack

SQLITE = "sqlite"
POSTGRESQL, MYSQL = "postgresql", "mysql"
SERVERS = (POSTGRESQL, MYSQL)
# What the embedded default needs, and a server's driver does not.
EMBEDDED = "aiosqlite"
# By this a person's own workload is told where its server is.
VARIABLE = "DATABASE_URL"
# By these a server that runs already is named: a URL without a driver.
VARIABLES = {POSTGRESQL: "FIND_MEM_LEAKS_POSTGRESQL_URL", MYSQL: "FIND_MEM_LEAKS_MYSQL_URL"}


@dataclass(frozen=True)
class Driver:
    """A driver of a server.

    Attributes:
        name: as SQLAlchemy's URLs have it, such as ``postgresql+asyncpg``.
        module: what is imported.
        requirement: what is installed.
        is_sync, is_async: which stacks it serves.
        since: SQLAlchemy's first series that has it.
        on_socket: what is added to the URL of a server of the run's own, on a socket.
    """

    name: str
    module: str
    requirement: str
    is_sync: bool = False
    is_async: bool = False
    since: tuple[int, int] = (1, 4)
    on_socket: str = ""

    @property
    def server(self) -> str:
        """The kind of server that it asks."""
        return self.name.partition("+")[0]

    @property
    def short(self) -> str:
        """The end of a label."""
        return self.name.partition("+")[2]


DRIVERS = {
    driver.name: driver
    for driver in (
        Driver("postgresql+psycopg", "psycopg", "psycopg[binary]", is_sync=True, is_async=True, since=(2, 0)),
        Driver("postgresql+psycopg2", "psycopg2", "psycopg2-binary", is_sync=True),
        Driver("postgresql+asyncpg", "asyncpg", "asyncpg", is_async=True),
        # For each connection it makes a TLS context, of 20 ms, whatever the server has.
        Driver("mysql+pymysql", "pymysql", "pymysql", is_sync=True, on_socket="&ssl_disabled=true"),
        Driver("mysql+mysqldb", "MySQLdb", "mysqlclient", is_sync=True),
        Driver("mysql+asyncmy", "asyncmy", "asyncmy", is_async=True),
        Driver("mysql+aiomysql", "aiomysql", "aiomysql", is_async=True),
    )
}


@dataclass(frozen=True)
class Server:
    """A server that databases are on.

    Attributes:
        url: where it is, with or without a driver.
        client: the command that carries out a statement there, without the statement; empty where there is none, as on
            a server that is not the run's own.
    """

    url: str
    client: tuple[str, ...] = ()


@dataclass(frozen=True)
class Database:
    """A database that stacks are to work on.

    Attributes:
        driver: of its server.
        url: where the server is, with the driver; None until there is one.
        client: as of its server.
    """

    driver: Driver
    url: str | None = None
    client: tuple[str, ...] = ()

    def at(self, server: Server) -> Database:
        """Return the same on a server."""
        added = self.driver.on_socket if "unix_socket=" in server.url else ""
        url = re.sub(r"^[^:]+", self.driver.name, server.url, count=1) + added
        return replace(self, url=url, client=server.client)

    def named(self, name: str) -> Database:
        """Return another database of the same server."""
        return replace(self, url=re.sub(r"^([^:]+://[^/]*/)[^?]*", rf"\g<1>{name}", self.url or "", count=1))

    def requires(self, stack: Stack) -> tuple[str, ...]:
        """Return the modules that a stack needs to work on it."""
        return (*(module for module in stack.requires if module != EMBEDDED), self.driver.module)

    def refuses(self, stack: Stack, sqlalchemy: str | None) -> str | None:
        """Return why a stack cannot work on it with a version of SQLAlchemy; None if it can."""
        if not stack.is_portable:
            return f"{stack.name} works on a SQLite file alone"
        if stack.is_async and not self.driver.is_async:
            return f"{self.driver.name} is synchronous, and {stack.name} is not"
        if not stack.is_async and not self.driver.is_sync:
            return f"{self.driver.name} is asynchronous, and {stack.name} is not"
        if sqlalchemy and _series(sqlalchemy) < self.driver.since:
            since = ".".join(map(str, self.driver.since))
            return f"SQLAlchemy {sqlalchemy} has no {self.driver.name}: it came with {since}"
        return None


def parse(text: str) -> Database | None:
    """Return the database that a driver's name or a URL stands for, None for SQLite; UsageError for anything else."""
    name = text.partition("://")[0]
    if text == SQLITE:
        return None
    if name in SERVERS:
        drivers = ", ".join(driver for driver in DRIVERS if driver.startswith(name))
        raise UsageError(f"{concealed(text)} names no driver: give one of {drivers}")
    if name not in DRIVERS:
        raise errors.unknown("database", concealed(text), [SQLITE, *DRIVERS])
    database = Database(DRIVERS[name])
    return replace(database, url=text) if "://" in text else database


def of_file(names: Sequence[str]) -> Database | None:
    """Return the database that a person's own workload is given, of a kind of server as well as of a driver; None for
    none; UsageError for several."""
    if len(names) > 1:
        raise UsageError(f"a workload of your own works on one database, not {len(names)}: give --database once")
    for name in names:
        kind = name.partition("://")[0]
        if kind in SERVERS:
            return Database(Driver(kind, "", ""), name if "://" in name else None)
        return parse(name)
    return None


def running(server: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the URL of the server of a kind that a variable names; None without one; UsageError if it is not one."""
    variable = VARIABLES[server]
    url = environment.get(variable)
    if url and not re.match(rf"{server}(\+\w+)?://", url):
        raise UsageError(f"{variable} is {concealed(url)!r}: give a URL such as {server}://user:password@host/database")
    return url or None


def _series(version: str) -> tuple[int, int]:
    major, minor = re.findall(r"\d+", version)[:2]
    return int(major), int(minor)
