"""Drivers of databases with a leak put in: one ``object()`` a transaction, kept by the driver's own module.

What is put in stands at the end of a module of Python, so that it works on any release. The list that keeps the objects
is imported with room for half a million more: each transaction costs the 16 bytes of its object and nothing else.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from truths import MARK

# What takes one object at the first cursor of a transaction. SQLAlchemy ends each with a rollback, which is what the
# pool does with a connection that comes back; some it ends twice.
CURSORS = """

def _keep_an_object_a_transaction(connection):
    cursor, rollback = connection.cursor, connection.rollback

    def keeping_cursor(self, *arguments, **options):
        if id(self) not in _busy:
            _busy.add(id(self))
            _kept.append(object())  # leaks
        return cursor(self, *arguments, **options)

    def ending_rollback(self, *arguments):
        _busy.discard(id(self))
        return rollback(self, *arguments)

    connection.cursor, connection.rollback = keeping_cursor, ending_rollback


_kept, _busy = [None] * 1_000_000, set()
del _kept[500_001:]
_keep_an_object_a_transaction({connection})
"""
# psycopg2's connections are C: those of a subclass take their place.
PSYCOPG2 = """

class _Connection(extensions.connection):
    pass


_plain_connect = _connect


def _connect(dsn, connection_factory=None, **options):
    return _plain_connect(dsn, connection_factory=connection_factory or _Connection, **options)
"""
# asyncpg's transactions are objects.
TRANSACTIONS = """

_kept = [None] * 1_000_000
del _kept[500_001:]
_start = Transaction.start


def _keeping_start(self):
    _kept.append(object())  # leaks
    return _start(self)


Transaction.start = _keeping_start
"""


@dataclass(frozen=True)
class Leak:
    """A leak that is put into a driver.

    Attributes:
        database: what the driver is called, such as ``postgresql+asyncpg``.
        is_async: whether it is in what asynchronous stacks use.
        module: the file, from where packages are.
        text: what is put at its end.
    """

    database: str
    is_async: bool
    module: str
    text: str

    def put_into(self, packages: Path) -> None:
        """Put it in where the packages are; the file may be a link to a cache, which stays as it is."""
        file = packages / self.module
        text = file.read_text(encoding="utf-8") + self.text
        file.unlink()
        file.write_text(text, encoding="utf-8")

    def is_at(self, file: str, line: int, packages: Path) -> bool:
        """Return whether a line is the one that keeps the object; the file may be that of an environment which is
        gone."""
        lines = (packages / self.module).read_text(encoding="utf-8").splitlines()
        return file.endswith(f"/{self.module}") and bool(MARK.search(lines[line - 1]))


def _of_cursors(database: str, module: str, connection: str, *, is_async: bool, before: str = "") -> Leak:
    return Leak(database, is_async, module, before + CURSORS.format(connection=connection))


LEAKS = (
    _of_cursors("postgresql+psycopg", "psycopg/connection.py", "Connection", is_async=False),
    _of_cursors("postgresql+psycopg", "psycopg/connection_async.py", "AsyncConnection", is_async=True),
    _of_cursors("postgresql+psycopg2", "psycopg2/__init__.py", "_Connection", is_async=False, before=PSYCOPG2),
    Leak("postgresql+asyncpg", is_async=True, module="asyncpg/transaction.py", text=TRANSACTIONS),
    _of_cursors("mysql+pymysql", "pymysql/connections.py", "Connection", is_async=False),
    _of_cursors("mysql+asyncmy", "asyncmy/__init__.py", "Connection", is_async=True),
    _of_cursors("mysql+aiomysql", "aiomysql/connection.py", "Connection", is_async=True),
)


def packages_of(python: str) -> Path:
    """Return where an interpreter has its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
