"""A throw-away MariaDB, from PATH or from where Debian has it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from contextlib import AbstractContextManager
from pathlib import Path

from find_mem_leaks.database_servers.server import running
from find_mem_leaks.errors import UsageError

SOCKET = "socket"
# Where Debian has the server, which a user's PATH may lack.
SBIN = "/usr/sbin"
SIZES = ("--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M")
# Nothing of it outlives the run, so nothing has to reach a disk.
SETTINGS = (
    "--skip-networking",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    *SIZES,
    "--max-connections=300",
)


def server() -> AbstractContextManager[Path]:
    """Return a server that is started in a folder, which it gives; UsageError if there is no MariaDB here."""
    programs = {name: _program(name) for name in ("mariadb-install-db", "mariadbd")}

    def prepare(folder: Path) -> list[list[str]]:
        options = ["--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={folder / 'data'}", *SIZES]
        return [[programs["mariadb-install-db"], "--no-defaults", *options]]

    def serve(folder: Path) -> list[str]:
        places = [f"--datadir={folder / 'data'}", f"--socket={folder / SOCKET}", f"--pid-file={folder / 'pid'}"]
        return [programs["mariadbd"], "--no-defaults", *places, *SETTINGS]

    return running("MariaDB", prepare, serve, _is_ready, signal.SIGTERM)


def url(folder: Path) -> str:
    """The URL of the server in a folder."""
    return f"mysql://root@/mysql?unix_socket={folder / SOCKET}"


def client(folder: Path) -> tuple[str, ...]:
    """The command that carries out a statement on that server; empty if its client is not installed."""
    program = shutil.which("mariadb")
    return (program, "--no-defaults", f"--socket={folder / SOCKET}", "--user=root", "-e") if program else ()


def _program(name: str) -> str:
    path = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), SBIN]))
    if path is None:
        raise UsageError(
            "there is no MariaDB here: install Debian's mariadb-server, or give the URL of a running server in "
            "FIND_MEM_LEAKS_MYSQL_URL"
        )
    return path


def _is_ready(folder: Path) -> bool:
    """Return whether it takes connections."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(folder / SOCKET)) == 0
