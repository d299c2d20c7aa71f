"""The process that sends the requests, seen from the server's end: what it is told, and what it answers."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from . import requests

FAREWELL_SECONDS = 5
CLIENT = [sys.executable, os.path.dirname(os.path.abspath(__file__)), "client"]


def load_of(request: requests.Open) -> Dict[str, object]:
    """Return what the process is told of the load."""
    return {"concurrency": request["concurrency"], "seed": request["seed"], "capacity": request["capacity"]}


class Sender:
    """The process of ``client``: its answers are read by ``answer``, or awaited by ``awaited`` after ``connect``."""

    def __init__(self, **setting: object) -> None:
        self._process = subprocess.Popen(CLIENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._pipe: Optional[asyncio.ReadTransport] = None
        leave_out(self._process.pid)
        self.tell(**setting)

    async def connect(self) -> None:
        """Let the event loop that runs read the answers."""
        self._answers = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(self._answers)
        loop = asyncio.get_running_loop()
        self._pipe, _ = await loop.connect_read_pipe(lambda: protocol, self._process.stdout)

    def tell(self, **message: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        return _read(self._process.stdout.readline())

    async def awaited(self) -> Any:
        return _read(await self._answers.readline())

    def leave(self) -> None:
        """Let the process end: the input's end is what it waits for."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self._pipe is not None:
            self._pipe.close()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._process.wait(FAREWELL_SECONDS)


def _read(line: bytes) -> Any:
    if not line:
        raise RuntimeError("the process that sends the requests has ended")
    return json.loads(line)


def leave_out(pid: int) -> None:
    """Count the client among none of the stack's processes, where those can be listed."""
    try:
        from . import family
    except (ImportError, OSError):
        return
    family.leave_out(pid)
