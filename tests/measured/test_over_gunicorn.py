"""What is asked of gunicorn's worker, by one that stands for it: gunicorn itself serves in an integration test."""

import os
import socket
import sys
import threading
from types import ModuleType

import pytest

from find_mem_leaks.measured import client
from find_mem_leaks.measured.over_gunicorn import Gunicorn


class Config:
    logger_class = staticmethod(lambda config: config)

    def __init__(self):
        self.values = {}

    def set(self, name, value):
        self.values[name] = value


class ThreadWorker:
    def __init__(self, age, ppid, sockets, app, timeout, cfg, log):
        self.ppid, self.sockets, self.app, self.cfg = ppid, sockets, app, cfg
        self.nr_conns, self.alive, self.begun = 0, True, threading.Event()

    def init_process(self):
        self.init_signals()
        self.wsgi = self.app.wsgi()
        self.begun.set()


def wsgi(environ, start_response):
    return [b"ok"]


@pytest.fixture
def server(monkeypatch):
    modules = {"gunicorn": {}, "gunicorn.workers": {}, "gunicorn.config": {"Config": Config}}
    modules["gunicorn.workers.gthread"] = {"ThreadWorker": ThreadWorker}
    for name, values in modules.items():
        module = ModuleType(name)
        vars(module).update(values)
        monkeypatch.setitem(sys.modules, name, module)
    found = Gunicorn(wsgi)
    found.port = found.start()
    yield found
    found._worker.sockets[0].close()


def test_a_worker_of_threads_serves_in_a_thread_of_this_process(server):
    worker = server._worker
    assert worker.begun.wait(10)
    assert worker.wsgi is server.recording
    assert worker.ppid == os.getppid()
    assert (worker.cfg.values["worker_class"], worker.cfg.values["threads"]) == ("gthread", 4)
    with socket.create_connection((client.HOST, server.port), timeout=10):
        pass
    server.stop()
    assert not worker.alive


@pytest.mark.parametrize("name", ["keepalived_conns", "_keep"])
def test_it_has_finished_when_all_connections_wait_for_their_next_request(server, name):
    server._worker.nr_conns = 2
    setattr(server._worker, name, [1])
    assert server._under_way() == 1
    server._worker.pending_conns = [2]
    assert server._under_way() == 0
    server.finished()


def test_as_deployed_it_has_finished_when_there_is_no_connection(server):
    server._as_deployed = True
    server._worker.nr_conns, server._worker.keepalived_conns = 2, [1, 2]
    assert server._under_way() == 2
    server._worker.nr_conns = 0
    with socket.create_connection((client.HOST, server.port), timeout=10):
        assert server._under_way() == 1
