"""A server of its own process: in a folder of its own, never as root, ended with the run that started it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

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


class Server:
    """A server as a context manager: started when it is entered, gone when it is left, whatever happens between.

    Args:
        name: what messages call it.
        prepare: makes the server's files in a folder: the commands that do it.
        serve: the command that serves from the folder.
        is_ready: whether it takes connections, by the folder.
        stopping: the signal by which it ends at once.
    """

    def __init__(
        self,
        name: str,
        prepare: Callable[[Path], Sequence[Sequence[str]]],
        serve: Callable[[Path], Sequence[str]],
        is_ready: Callable[[Path], bool],
        stopping: signal.Signals,
    ) -> None:
        self._name, self._prepare, self._serve, self._is_ready = name, prepare, serve, is_ready
        self._stopping = stopping
        self._user = _service_user()
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes]
        self.folder: Path

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(scratch.Folder("server", in_memory=_has_room(scratch.IN_MEMORY))))
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _start(self) -> None:
        if self._user:
            shutil.chown(self.folder, self._user)
        for command in self._prepare(self.folder):
            answer = subprocess.run(
                command, **self._options(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
            )
            if answer.returncode:
                raise UsageError(f"{self._name} could not be set up: {_reason(answer.stdout)}")
        log = self._stack.enter_context((self.folder / "log").open("w+b"))
        self._process = subprocess.Popen(
            self._serve(self.folder), **self._options(), stdout=log, stderr=log, start_new_session=True
        )
        guard.guard().begun(self._process.pid, str(self.folder))
        self._stack.callback(self._stop)
        self._await(log)

    def _options(self) -> dict[str, Any]:
        """Options of its processes."""
        environment: Mapping[str, str] = {**os.environ, leftovers.MARK: str(self.folder), "LC_ALL": "C"}
        return {"cwd": self.folder, "env": environment, "user": self._user, "stdin": subprocess.DEVNULL}

    def _await(self, log: Any) -> None:
        until = time.monotonic() + START_SECONDS
        while not self._is_ready(self.folder):
            if self._process.poll() is not None or time.monotonic() > until:
                log.seek(0)
                raise UsageError(f"{self._name} did not start: {_reason(log.read())}")
            time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        self._process.send_signal(self._stopping)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        guard.guard().ended(self._process.pid)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _service_user() -> str | None:
    """Whom it is run as; None for whom this process is."""
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
