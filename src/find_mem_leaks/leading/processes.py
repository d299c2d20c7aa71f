"""The measured processes of an order: each starts from what the first started from, as far as the tool can see to it.

A cell is carried out in several processes, one after the other. A person's own file that is given a server of the run's
own gets an empty database in each, so that no process meets rows that another has left.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.worker import EXACT, Worker, WorkerError
from find_mem_leaks.subjects.databases import POSTGRESQL, Database

LEFT = (
    "an earlier process of this cell did not fail there, and may have left rows or files. Each process calls setup(): "
    "let it remove what it finds, or keep everything in the folder that setup(directory) is given"
)
PREFIX = "find_mem_leaks_"
CREATE = "CREATE DATABASE {}"
# Connections of processes that have been killed may not have ended yet.
DROP = {POSTGRESQL: "DROP DATABASE IF EXISTS {} WITH (FORCE)"}
DROP_ANY = "DROP DATABASE IF EXISTS {}"


@asynccontextmanager
async def measured_process(
    executable: str, order: Order, settings: Mapping[str, str] = EXACT
) -> AsyncIterator[tuple[Worker, Order]]:
    """Start a process of an order; what stands in ``settings`` its own variables may override. The order that is handed
    out with it is the one on the database of that process."""
    async with AsyncExitStack() as stack:
        placed = await stack.enter_async_context(_on_own_database(order))
        worker = Worker(executable, order.seed, {**settings, **placed.variables})
        yield await stack.enter_async_context(worker), placed


def words(error: WorkerError, order: Order) -> str:
    """Return why a process failed that came after others of its cell, and what to do where it is what they left."""
    failure = error.failure
    is_at_once = failure is not None and failure.operation == 0 and not failure.may_be_for_want
    return f"{error}; {LEFT}" if is_at_once and error.place and order.file else str(error)


@asynccontextmanager
async def _on_own_database(order: Order) -> AsyncIterator[Order]:
    """Make an empty database for a person's own file where the server is the run's own; drop it at the end."""
    database = order.database
    if database is None or not order.file or not database.client:
        yield order
        return
    name = f"{PREFIX}{os.getpid()}_{os.urandom(4).hex()}"
    error = await asyncio.to_thread(_error_of, database, CREATE.format(name))
    if error is not None:
        raise WorkerError(f"no database could be made for the measured process: {error}")
    try:
        yield order.on(database.named(name))
    finally:  # what cannot be dropped is gone with the server
        await asyncio.to_thread(_error_of, database, DROP.get(database.driver.server, DROP_ANY).format(name))


def _error_of(database: Database, statement: str) -> str | None:
    """Carry out a statement by the server's own client; return why it failed, one line, or None."""
    client = subprocess.run([*database.client, statement], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if client.returncode == 0:
        return None
    lines = client.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else f"{Path(database.client[0]).name} exited with code {client.returncode}"
