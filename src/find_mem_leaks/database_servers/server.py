"""A server of its own process: in a folder of its own, never as root, ended with the run that started it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from find_mem_leaks import scratch
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import guard, leftovers

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02
# A new server takes some 30 or 45 MB, and its logs and databases several times as much. A container may have 64 in all.
ROOM = 512 << 20
ERROR = re.compile(r"\b(error|fatal|panic)\b", re.IGNORECASE)
# Whom a server is run as where this process is root's: the first of these that there is.
SERVICE_USERS = ("postgres", "mysql", "nobody")


@contextmanager
def running(
    name: str,
    prepare: Callable[[Path], Sequence[Sequence[str]]],
    serve: Callable[[Path], Sequence[str]],
    is_ready: Callable[[Path], bool],
    stopping: signal.Signals,
) -> Iterator[Path]:
    """Start a server in a new folder, and give the folder; both are gone at the end, whatever happens between.

    Args:
        name: what messages call it.
        prepare: makes the server's files in a folder: the commands that do it.
        serve: the command that serves from the folder.
        is_ready: whether it takes connections, by the folder.
        stopping: the signal by which it ends at once.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch.Folder("server", in_memory=_has_room(scratch.IN_MEMORY))))
        options = _options(folder)
        log = stack.enter_context((folder / "log").open("w+b"))
        with _named(name):
            _set_up(name, prepare(folder), options)
            process = subprocess.Popen(serve(folder), **options, stdout=log, stderr=log, start_new_session=True)
        guard.guard().begun(process.pid, str(folder))
        stack.callback(_stop, process, stopping)
        until = time.monotonic() + START_SECONDS
        while not is_ready(folder):
            if process.poll() is not None or time.monotonic() > until:
                log.seek(0)
                raise UsageError(f"{name} did not start: {_reason(log.read())}")
            time.sleep(POLL_SECONDS)
        yield folder


def _set_up(name: str, commands: Sequence[Sequence[str]], options: Mapping[str, Any]) -> None:
    for command in commands:
        answer = subprocess.run(command, **options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if answer.returncode:
            raise UsageError(f"{name} could not be set up: {_reason(answer.stdout)}")


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say in one line which server's program cannot be started, and why: its user may not read it, or it is gone."""
    try:
        yield
    except OSError as error:
        user = _service_user()
        as_whom = f" as {user}" if user else ""
        raise UsageError(f"{name} could not be started{as_whom} ({error.strerror}: {error.filename})") from None


def _options(folder: Path) -> dict[str, Any]:
    """Return the options of a server's processes, whose folder is from here on the user's that they run as."""
    user = _service_user()
    if user:
        shutil.chown(folder, user)
    environment = {**os.environ, leftovers.MARK: str(folder), "LC_ALL": "C"}
    return {"cwd": folder, "env": environment, "user": user, "stdin": subprocess.DEVNULL}


def _stop(process: subprocess.Popen[bytes], stopping: signal.Signals) -> None:
    process.send_signal(stopping)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    guard.guard().ended(process.pid)


def _service_user() -> str | None:
    """Return whom it is run as; None for whom this process is."""
    if os.geteuid():
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in SERVICE_USERS if name in users)


def _has_room(folder: Path) -> bool:
    """Return whether a file system is there and has room for a server."""
    try:
        return shutil.disk_usage(folder).free >= ROOM
    except OSError:
        return False


def _reason(output: bytes) -> str:
    """The line that tells what went wrong: the first that calls itself an error, else the last one."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    errors = filter(ERROR.search, lines)
    return next(errors, lines[-1] if lines else "it said nothing")[:200]
