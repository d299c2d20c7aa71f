"""All workers of a server as one: the command that starts them, and their readings added up."""

import json
import socket
import sys

import pytest

from find_mem_leaks.measured import several_workers
from find_mem_leaks.measured.several_workers import SeveralWorkers, Worker

READING = {
    "live_bytes": 100,
    "blocks": 5,
    "elsewhere": 1,
    "private": 6,
    "taken": 110,
    "rss": 7,
    "clock": 3.0,
    "counts": {"threads": 2, "processes": 0},
    "unread": {},
}


class Peer:
    """The other end of a worker's connection."""

    def __init__(self, **hello):
        ours, self._end = socket.socketpair()
        self.tell(hello)
        self.worker_end = ours

    def tell(self, reply):
        self._end.sendall(json.dumps(reply).encode() + b"\n")

    def leave(self):
        self._end.close()


@pytest.fixture
def peers():
    made = [Peer(pid=11, allocator="a"), Peer(pid=12, allocator="a")]
    yield made
    for peer in made:
        peer.leave()


@pytest.fixture
def workers(peers):
    made = object.__new__(SeveralWorkers)
    made.unread = {}
    made._workers = [Worker(peer.worker_end) for peer in peers]
    yield made
    for worker in made._workers:
        worker.close()


@pytest.mark.parametrize(("kind", "server"), [("asgi", "uvicorn"), ("wsgi", "gunicorn")])
def test_the_servers_own_command_starts_so_many_workers(kind, server):
    command = several_workers.command(kind, 3, 8_765)
    assert command[:3] == [sys.executable, "-m", server]
    assert command[command.index("--workers") + 1] == "3"
    assert any("8765" in word for word in command)


def test_readings_are_added_up_and_workers_counted(workers, peers):
    peers[0].tell(READING)
    peers[1].tell({**READING, "live_bytes": 40, "unread": {"heap": "blind"}})
    look = workers.look()
    assert (look["live_bytes"], look["blocks"], look["rss"]) == (140, 10, 14)
    assert look["counts"] == {"threads": 4, "processes": 2}
    assert look["unread"] == {"heap": "blind"}


def test_each_worker_is_described_by_what_it_has_grown_by(workers, peers):
    for first, second in ((100, 150), (400, 400)):
        for peer, live in zip(peers, (first, second), strict=True):
            peer.tell({**READING, "live_bytes": live})
        workers.look()
    described = workers.family(most=32)
    assert [(each["pid"], each["name"], each["grown"]) for each in described] == [
        (11, "worker 1", 300),
        (12, "worker 2", 250),
    ]
    assert workers.family(most=1) == described[:1]


def test_the_end_of_a_round_adds_up_what_only_then_is_read(workers, peers):
    for peer in peers:
        peer.tell({"rss": 1, "anonymous": 2, "peak": 3, "exact": READING})
    ended = workers.end_round()
    assert (ended["rss"], ended["anonymous"], ended["peak"]) == (2, 4, 6)
    assert ended["exact"]["live_bytes"] == 200


def test_containers_of_several_workers_have_numbers_of_their_own(workers, peers):
    for peer in peers:
        peer.tell({"caps": [{"id": 5, "name": "cache", "cap": 10, "size": 3}]})
    assert len({each["id"] for each in workers.caps()}) == 2


def test_a_worker_that_cannot_load_the_application_says_why():
    peer = Peer(error="KeyError: 'DATABASE_URL'")
    with pytest.raises(RuntimeError, match="a worker did not start: KeyError: 'DATABASE_URL'"):
        Worker(peer.worker_end)
    peer.leave()


def test_a_worker_that_has_ended_is_an_error(workers, peers):
    peers[0].leave()
    with pytest.raises(RuntimeError, match="a worker process of the server has ended"):
        workers.begin_round(find=False)
