"""Which requests an application answers, on a process that is none."""

from typing import ClassVar

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import trying
from find_mem_leaks.leading.worker import WorkerError
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.requests import Request
from find_mem_leaks.subjects.routes import Route

# What stands for an answer whose body does not end.
ENDLESS = -1
APPLICATION = Application("main", "app", "/")


class Worker:
    """A process that serves an application; ``statuses``: by the paths of requests, one after the other."""

    statuses: ClassVar = {}
    opened: ClassVar = []
    asked: ClassVar = []
    fails = None

    def __init__(self, executable, seed, settings):
        self.directory = "/nowhere"
        self.settings = settings

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def ask(self, seconds, **request):
        if request["do"] == "open":
            if self.fails:
                raise WorkerError(self.fails)
            self.opened.append((request["application"], self.settings))
            return {}
        method, path, _, headers = request["route"]
        self.asked.append((method, path, headers))
        found = self.statuses.get(path, [200])
        status = found.pop(0) if len(found) > 1 else found[0]
        if status is None:
            raise WorkerError("killed by SIGKILL")
        ends = status != ENDLESS
        return {"status": status if ends else 0, "text": f"said {status}", "size": len(path), "ends": ends}


@pytest.fixture
def worker(monkeypatch):
    for name, value in (("statuses", {}), ("opened", []), ("asked", []), ("fails", None)):
        monkeypatch.setattr(Worker, name, value)
    monkeypatch.setattr(trying, "Worker", Worker)
    return Worker


def route(name, *paths, problem=""):
    method = name.split()[0]
    return Route(name, "", tuple(Request(method, path) for path in paths), problem)


def tried(*routes, headers=()):
    return trying.try_out("python", APPLICATION, routes, headers, {"A": "b"}, 5.0)


def test_the_first_candidate_that_is_answered_twice_is_taken(worker):
    worker.statuses |= {"/a": [404], "/b": [201, 409]}
    found = tried(route("GET /x", "/a", "/b", "/c"), headers=[("X-Token", "t")])
    assert found["GET /x"].request == Request("GET", "/c", None, (("X-Token", "t"),))
    assert [path for _, path, _ in worker.asked] == ["/a", "/b", "/b", "/c", "/c"]
    assert all(headers == {"X-Token": "t"} for _, _, headers in worker.asked)
    assert worker.opened == [({**APPLICATION.where, "routes": []}, {"A": "b"})]


def test_what_reads_is_tried_before_what_makes_rows(worker):
    tried(route("DELETE /", "/3"), route("POST /", "/2"), route("GET /", "/1"))
    assert [path for _, path, _ in worker.asked[::2]] == ["/1", "/2", "/3"]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "give --header, --cookie or --auth"),
        (404, "the path needs what is there: give --request 'GET /x'"),
        (409, "with {i} in it"),
        (422, "give --request 'GET /x' with what it takes"),
    ],
)
def test_a_route_that_only_refuses_is_skipped_with_what_would_help(worker, status, advice):
    worker.statuses |= {"/a": [status]}
    found = tried(route("GET /x", "/a"))["GET /x"]
    assert found.request is None
    assert found.reason.startswith(f"answered {status} to 'GET /a' (said {status}): ")
    assert advice in found.reason


def test_a_route_that_is_not_answered_or_of_which_nothing_is_known_is_skipped(worker):
    worker.statuses |= {"/a": [0]}
    found = tried(route("GET /x", "/a"), route("POST /y", problem="the schema is endless"))
    assert found["GET /x"].reason == "said 0"
    assert found["POST /y"].reason == "the schema is endless: give --request 'POST /y'"


def test_a_route_that_only_fails_is_measured_to_tell_what_it_raises(worker):
    worker.statuses |= {"/a": [500], "/b": [500], "/c": [422]}
    found = tried(route("GET /x", "/a", "/b"), route("GET /y", "/c", "/a"))
    assert found["GET /x"].request == Request("GET", "/a")
    assert found["GET /y"].reason.startswith("answered 422")


def test_an_application_that_dies_at_a_route_is_started_again_for_the_others(worker):
    worker.statuses |= {"/a": [None]}
    found = tried(route("GET /x", "/a"), route("GET /y", "/b"))
    assert found["GET /x"].request == Request("GET", "/a")
    assert found["GET /y"].request == Request("GET", "/b")
    assert len(worker.opened) == 2


def test_an_application_that_does_not_start_is_told_in_one_line(worker):
    worker.fails = "RuntimeError: the server did not start (KeyError: 'X')"
    with pytest.raises(UsageError, match="main:app does not start: RuntimeError: the server did not start"):
        tried(route("GET /", "/"))


def test_a_body_that_does_not_end_is_known_as_one(worker):
    worker.statuses |= {"/a": [ENDLESS], "/b": [500]}
    found = tried(route("GET /x", "/a", "/c"), route("GET /y", "/b"), route("GET /z", "/c"))
    assert (found["GET /x"].request, found["GET /x"].reason) == (None, "said -1")
    assert found["GET /x"].endless == Request("GET", "/a")
    assert (found["GET /y"].fails, found["GET /z"].fails, found["GET /z"].size) == (True, False, 2)
