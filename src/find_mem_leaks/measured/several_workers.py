"""An application under its server's own workers: uvicorn's or gunicorn's, in processes below this one.

Memory is that of all workers together. Each is looked into from within (``server_worker``), so that what is read is as
exact as that of one process; the server's own supervisor is left out, as is this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence

from . import applications
from .applications import ASGI
from .client import HOST
from .sender import Sender
from .server_worker import SETTING
from .serving import KEEP_ALIVE, refuse
from .waiting import Waiting

if TYPE_CHECKING:
    from . import replies, requests

BOOTSTRAP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap")
# Seconds that all workers may take to load the application, and the server to end.
START_SECONDS = 60.0
END_SECONDS = 5.0
TRIAL_SECONDS = 10.0
# What a worker is told of the application.
PLACE = ("module", "attribute", "folder", "is_factory", "server")
# Requests in flight to each worker: connections are not dealt out evenly.
PER_WORKER = 2
# The count of the workers stands where that of child processes does: they are the processes that records keep.
PROCESSES = "processes"


def command(of_kind: str, workers: int, port: int) -> List[str]:
    """The server's own command, as people call it."""
    python, how_many = [sys.executable, "-m"], ["--workers", str(workers), "--log-level", "error"]
    if of_kind == ASGI:
        what = ["uvicorn", "find_mem_leaks_worker:make", "--factory", "--interface", "asgi3", "--app-dir", BOOTSTRAP]
        where = ["--host", HOST, "--port", str(port), "--timeout-keep-alive", str(KEEP_ALIVE), "--no-access-log"]
        return [*python, *what, *where, *how_many]
    what = ["gunicorn", "find_mem_leaks_worker:make()", "--pythonpath", BOOTSTRAP, "--bind", "%s:%d" % (HOST, port)]
    return [*python, *what, *how_many]


class SeveralWorkers(Waiting):
    """The interface of ``StackWorkload`` for an application under several workers, and that of ``Looks`` for all of
    them."""

    def __init__(self, where: requests.Where, request: requests.Open) -> None:
        super().__init__()
        self._application = applications.load(where)
        self._where = where
        self._directory = request["directory"]
        self._setting = {
            "concurrency": PER_WORKER * where["workers"],
            "workers": where["workers"],
            "routes": where["routes"],
            "shares": where.get("shares", ()),
            "seed": request["seed"],
            "capacity": request["capacity"],
            "patience": TRIAL_SECONDS,
        }
        self._probes = request.get("probes", ())
        self._workers: List[Worker] = []
        self.unread: Dict[str, str] = {}

    def open(self) -> None:
        """Start the server, and wait until each of its workers has loaded the application."""
        with socket.socket(socket.AF_UNIX) as listener:
            path = os.path.join(self._directory, "control")
            listener.bind(path)
            listener.listen()
            listener.settimeout(1.0)
            port = _free_port()
            # What is sent is none of theirs, and more than a variable may hold.
            where = {name: self._where[name] for name in PLACE if name in self._where}  # type: ignore[literal-required]
            setting = {"application": where, "control": path, "probes": self._probes}
            self._server = subprocess.Popen(
                command(applications.kind(self._application), self._where["workers"], port),
                env={**os.environ, **self._path(), SETTING: json.dumps(setting)},
                stdin=subprocess.DEVNULL,
            )
            self._workers = [self._accepted(listener) for _ in range(self._where["workers"])]
        _wait_for(port)
        self._sender = Sender(port=port, **self._setting)
        self._sender.tell(login=self._where.get("logins", ()))
        refuse(self._sender.answer(), None)

    def _path(self) -> Dict[str, str]:
        """The variable by which a server that was fetched for the run is found."""
        fetched = self._where.get("server")
        folders = filter(None, (os.environ.get("PYTHONPATH"), fetched))
        return {"PYTHONPATH": os.pathsep.join(folders)} if fetched else {}

    def _accepted(self, listener: socket.socket) -> Worker:
        """The next worker that has come up; RuntimeError where none does."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            code = self._server.poll()
            if code is not None:
                raise RuntimeError("the server ended with code %d before its workers had started" % code)
            try:
                connection, _ = listener.accept()
            except OSError:  # its time is up
                continue
            return Worker(connection)
        raise RuntimeError("a worker did not start in %d s" % START_SECONDS)

    def stretch(self, begin: int, end: int) -> None:
        refuse(self._send(begin, end), None)

    def close(self) -> None:
        self._sender.leave()
        self._sender.wait()
        self._server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):  # whoever ends this process ends what is below it
            self._server.wait(END_SECONDS)
        for worker in self._workers:
            worker.close()

    def looks(self, _probes: Sequence[str]) -> SeveralWorkers:
        """Return what looks at memory in place of this process: the workers, which know the probes since they
        started."""
        return self

    def look(self) -> replies.Look:
        """Read every probe of every worker, and add up what they read."""
        return self._added([worker.noted(reply) for worker, reply in zip(self._workers, self._ask(do="look"))])

    def begin_round(self, find: bool) -> int:
        """Set aside what is alive in each worker; bytes of their resident memory."""
        return sum(reply["rss"] for reply in self._ask(do="begin", find=find))

    def end_round(self) -> replies.RoundEnd:
        """Collect everything, and read what only then can be told."""
        ends: List[replies.RoundEnd] = self._ask(do="end")
        return {
            "rss": sum(end["rss"] for end in ends),
            "anonymous": sum(end["anonymous"] for end in ends),
            "peak": sum(end["peak"] for end in ends),
            "exact": self._added([worker.noted(end["exact"]) for worker, end in zip(self._workers, ends)]),
        }

    def caps(self) -> List[replies.Cap]:
        """The containers with a known bound of each worker, whose numbers are its own."""
        seen: List[replies.Caps] = self._ask(do="caps")
        for number, reply in enumerate(seen):
            for cap in reply["caps"]:
                cap["id"] = cap["id"] * len(self._workers) + number
        return [cap for reply in seen for cap in reply["caps"]]

    def family(self, most: int) -> List[replies.Process]:
        """The workers, each with the live bytes that it has grown by since it was first looked at."""
        return [worker.described(number) for number, worker in enumerate(self._workers[:most], start=1)]

    def _ask(self, **request: object) -> List[Any]:
        for worker in self._workers:
            worker.tell(request)
        return [worker.answer() for worker in self._workers]

    def _added(self, readings: Sequence[replies.Look]) -> replies.Look:
        """The readings of all workers as one; what one cannot read none has."""
        for each in readings:
            self.unread.update(each["unread"])
        names = set.intersection(*(set(each["counts"]) for each in readings))
        counts = {name: sum(each["counts"][name] for each in readings) for name in names}
        if PROCESSES in counts:
            counts[PROCESSES] += len(self._workers)
        return {
            "clock": time.monotonic(),
            "live_bytes": sum(each["live_bytes"] for each in readings),
            "blocks": sum(each["blocks"] for each in readings),
            "elsewhere": sum(each["elsewhere"] for each in readings),
            "rss": sum(each["rss"] for each in readings),
            "private": sum(each["private"] for each in readings),
            "taken": sum(each["taken"] for each in readings),
            "counts": counts,
            "unread": self.unread,
        }


class Worker:
    """A worker process of the server, as it is asked from here; RuntimeError if it has failed or ended."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(None)
        self._connection, self._lines = connection, connection.makefile()
        hello = self.answer()
        if "error" in hello:
            self.close()
            raise RuntimeError("a worker did not start: %s" % hello["error"])
        self._pid: int = hello["pid"]
        self._first = self._last = -1

    def tell(self, request: Mapping[str, object]) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has ended, which reading its answer tells
            self._connection.sendall(json.dumps(request).encode() + b"\n")

    def answer(self) -> Any:
        line = self._lines.readline()
        if not line:
            raise RuntimeError("a worker process of the server has ended")
        return json.loads(line)

    def close(self) -> None:
        self._lines.close()
        self._connection.close()

    def noted(self, reading: replies.Look) -> replies.Look:
        """The reading, which it remembers."""
        self._last = reading["live_bytes"]
        self._first = self._last if self._first < 0 else self._first
        return reading

    def described(self, number: int) -> replies.Process:
        grown = self._last - self._first
        return {"pid": self._pid, "name": "worker %d" % number, "grown": grown, "private": None, "pss": None}


def _free_port() -> int:
    """A port that is free now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    """Wait until the server accepts connections; RuntimeError if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1.0).close()
        except OSError:
            time.sleep(0.02)
            continue
        return
    raise RuntimeError("the server does not listen")
