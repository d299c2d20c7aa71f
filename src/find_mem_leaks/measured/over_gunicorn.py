"""A worker of gunicorn with threads in this process, for environments that have gunicorn and no waitress."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from . import client
from .finishing import Finishing
from .serving import KEEP_ALIVE, POLL_SECONDS, QUIET_TURNS, THREADS, RecordingWsgi, waiting

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# Seconds after which gunicorn's parent, which is not here, would replace a worker that is silent.
PATIENCE = 3600


class _Site:
    """What gunicorn takes for the program that it serves."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def wsgi(self) -> WSGIApplication:
        return self._application


class Gunicorn:
    """A WSGI application under gunicorn's worker of threads; the interface of ``Waitress``."""

    def __init__(self, application: WSGIApplication, *, as_deployed: bool = False) -> None:
        self.recording = RecordingWsgi(application)
        self._as_deployed = as_deployed
        self._finishing = Finishing(QUIET_TURNS if as_deployed else 1)

    def start(self) -> int:
        """Listen; return the port."""
        from gunicorn.config import Config
        from gunicorn.workers.gthread import ThreadWorker

        class Worker(ThreadWorker):
            def init_signals(self) -> None:
                """Install no signal handlers: this worker is a thread, and they are the process's."""

        self._listener = listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as gunicorn's own sockets are
        listener.bind((client.HOST, 0))
        listener.listen()
        config = Config()
        own = {} if self._as_deployed else {"keepalive": KEEP_ALIVE}
        for name, value in {"worker_class": "gthread", "threads": THREADS, **own}.items():
            config.set(name, value)
        log = config.logger_class(config)
        self._worker = Worker(1, os.getppid(), [listener], _Site(self.recording), PATIENCE, config, log)
        threading.Thread(target=self._worker.init_process, daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    def finished(self) -> None:
        """Wait until no connection has a request that is carried out; where it is as deployed, until there is none."""
        self._finishing.begin()
        while not self._finishing.is_over(self._under_way()):
            time.sleep(POLL_SECONDS)

    def _under_way(self) -> int:
        """Connections but those that wait for their next request; before gunicorn 24 they are called otherwise."""
        worker = self._worker
        if self._as_deployed:
            return int(worker.nr_conns) + waiting(self._listener)
        idle = worker.keepalived_conns if hasattr(worker, "keepalived_conns") else worker._keep
        pending = getattr(worker, "pending_conns", ())
        under_way: int = worker.nr_conns - len(idle) - len(pending)
        return under_way

    def stop(self) -> None:
        """Let the worker take no more; its threads end with the process."""
        self._worker.alive = False
