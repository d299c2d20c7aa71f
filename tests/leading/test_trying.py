"""Which requests an application answers, on a process that is none."""

from typing import ClassVar

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.failure import Failure, Raised
from find_mem_leaks.leading import trying
from find_mem_leaks.leading.worker import WorkerError
from find_mem_leaks.subjects import websockets
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.requests import Counterpart, Maker, Request
from find_mem_leaks.subjects.routes import Route

APPLICATION = Application("main", "app", "/")


class Worker:
    """A process that serves an application; ``statuses``: by the paths of requests, one after the other."""

    statuses: ClassVar = {}
    made: ClassVar = {}
    locations: ClassVar = {}
    endless: ClassVar = set()
    opened: ClassVar = []
    asked: ClassVar = []
    closed = 0
    fails = failure = None

    def __init__(self, executable, seed, settings):
        self.directory = "/nowhere"
        self.settings = settings

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def close(self, seconds):
        Worker.closed += 1

    async def ask(self, seconds, **request):
        if request["do"] == "open":
            if self.fails:
                raise WorkerError(self.fails, self.failure)
            self.opened.append((request["application"], self.settings))
            return {}
        method, path, _, headers, *others = request["route"]
        self.asked.append((method, path, headers))
        self.asked += [tuple(others[0])] if others and others[0] else []
        found = self.statuses.get(path, [200])
        status = found.pop(0) if len(found) > 1 else found[0]
        if status is None:
            raise WorkerError("killed by SIGKILL")
        made = self.made.get(path, "")
        called = str(made.pop(0)) if made else ""
        ends, location = path not in self.endless, self.locations.get(path, "")
        return {
            "status": status,
            "text": f"said {status}",
            "made": called,
            "size": len(path),
            "ends": ends,
            "location": location,
        }


@pytest.fixture
def worker(monkeypatch):
    for name, value in (
        ("statuses", {}),
        ("made", {}),
        ("locations", {}),
        ("endless", set()),
        ("opened", []),
        ("asked", []),
        ("closed", 0),
        ("fails", None),
    ):
        monkeypatch.setattr(Worker, name, value)
    monkeypatch.setattr(trying, "Worker", Worker)
    return Worker


def route(name, *paths, problem=""):
    method = name.split()[0]
    return Route(name, "", tuple(Request(method, path) for path in paths), problem)


def tried(*routes, known=(), headers=(), logins=()):
    return trying.Trial("python", APPLICATION, [*routes, *known], headers, logins, {"A": "b"}, 5.0).of(routes)


def test_the_first_candidate_that_is_answered_twice_is_taken(worker):
    worker.statuses |= {"/a": [404], "/b": [201, 409]}
    found = tried(route("GET /x", "/a", "/b", "/c"), headers=[("X-Token", "t")])
    assert found["GET /x"].request == Request("GET", "/c", None, (("X-Token", "t"),))
    assert [path for _, path, _ in worker.asked] == ["/a", "/b", "/b", "/c", "/c"]
    assert all(headers == {"X-Token": "t"} for _, _, headers in worker.asked)
    assert worker.opened == [({**APPLICATION.where, "routes": [], "logins": []}, {"A": "b"})]
    assert worker.closed == 1  # so that it gives up what it took at its start


def test_what_reads_is_tried_before_what_makes_rows(worker):
    tried(route("DELETE /", "/3"), route("POST /", "/2"), route("GET /", "/1"))
    assert [path for _, path, _ in worker.asked[::2]] == ["/1", "/2", "/3"]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "give --login, --header, --cookie or --auth"),
        (404, "nothing has that path: give --request 'GET /x' with values that exist"),
        (409, "with {i} in it"),
        (422, "give --request 'GET /x' with the parameters and the body that it expects"),
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
    assert (found["GET /x"].request, found["GET /x"].fails) == (Request("GET", "/a"), True)
    assert found["GET /y"].reason.startswith("answered 422")


def test_an_application_that_dies_at_a_route_is_started_again_for_the_others(worker):
    worker.statuses |= {"/a": [422], "/b": [None]}
    found = tried(route("GET /x", "/a", "/b", "/c"), route("GET /y", "/d"))
    assert (found["GET /x"].request, found["GET /x"].fails) == (Request("GET", "/b"), True)
    assert (found["GET /y"].request, found["GET /y"].fails) == (Request("GET", "/d"), False)
    assert len(worker.opened) == 2


def test_where_an_answer_has_no_end_the_application_is_started_again_for_the_others(worker):
    worker.statuses |= {"/a": [0]}
    found = tried(route("GET /x", "/a", "/b"), route("GET /y", "/c"))
    assert found["GET /x"] == trying.Tried(None, "said 0")
    assert found["GET /y"].request == Request("GET", "/c")
    assert len(worker.opened) == 2


def test_what_is_made_is_taken_away_where_the_answers_call_it_differently(worker):
    worker.made |= {"/items": list(range(9))}
    counterpart = Counterpart("DELETE", "/items/{made}", "id")
    found = tried(route("POST /items", "/items"), known=[route("DELETE /items/{id}")])["POST /items"]
    assert found == trying.Tried(Request("POST", "/items", counterpart=counterpart), size=len("/items"))
    undone = ("DELETE", "/items/{made}", counterpart.names)
    assert [asked[0] for asked in worker.asked] == ["POST", "POST", "POST", "DELETE", "POST", "DELETE"]
    assert worker.asked[-1] == undone


@pytest.mark.parametrize(
    ("made", "statuses", "makes_rows"),
    [
        ([7, 7], [200], False),
        ([], [200], False),
        ([], [201], True),
        ([7, 8], [200, 200, 404], True),
    ],
)
def test_what_may_not_be_its_own_is_not_taken_away(worker, made, statuses, makes_rows):
    worker.made |= {"/items": made}
    worker.statuses |= {"/items": statuses}
    found = tried(route("POST /items", "/items"), known=[route("DELETE /items/{id}")])["POST /items"]
    assert found == trying.Tried(Request("POST", "/items"), makes_rows=makes_rows, size=len("/items"))


def test_what_makes_rows_is_known_without_a_counterpart_too(worker):
    worker.made |= {"/items": [1, 2], "/search": [1, 2]}
    found = tried(route("POST /items", "/items"), route("GET /search", "/search"))
    assert (found["POST /items"].makes_rows, found["GET /search"].makes_rows) == (True, False)


def test_logins_come_first(worker):
    tried(route("GET /x", "/a"), logins=[Request("POST", "/token", "a=b")])
    assert worker.opened[0][0]["logins"] == [["POST", "/token", "a=b", {}]]


def test_an_application_that_does_not_start_is_told_in_one_line(worker):
    worker.fails = "RuntimeError: the server did not start (KeyError: 'X')"
    with pytest.raises(UsageError, match="main:app does not start: RuntimeError: the server did not start"):
        tried(route("GET /", "/"))


def test_a_login_that_is_refused_is_called_so(worker, monkeypatch):
    raised = Raised("LoginError", "", "the login POST /token answered 401 (no)")
    worker.fails = "LoginError: the login POST /token answered 401 (no)"
    monkeypatch.setattr(worker, "failure", Failure(0, (raised,), ()))
    with pytest.raises(UsageError) as refused:
        tried(route("GET /", "/"), logins=[Request("POST", "/token", "a=b")])
    assert (
        str(refused.value)
        == "main:app: the login POST /token answered 401 (no): give --login the credentials that it expects"
    )


@pytest.mark.parametrize(
    "location",
    ["/login", "/accounts/login/?next=/orders", "http://127.0.0.1:5/sign_in", "/?next=%2Forders", "/oauth2/start"],
)
def test_a_route_that_leads_to_a_login_is_measured_for_what_leads_there(worker, location):
    worker.statuses |= {"/orders": [302], "/orders/1": [404]}
    worker.locations |= {"/orders": location}
    found = tried(route("GET /orders", "/orders/1", "/orders"))["GET /orders"]
    assert found.request == Request("GET", "/orders")
    assert not found.is_answered
    assert found.unseen == (
        f"answered 302 to 'GET /orders', which leads to {location}: it needs a login: give --login, --header, --cookie "
        "or --auth"
    )


@pytest.mark.parametrize("back", ["/items/12", "/items/x12"])
def test_a_login_that_is_told_where_to_come_back_to_is_one_whatever_the_number(worker, back):
    worker.statuses |= {"/items/{i}": [302]}
    worker.locations |= {"/items/{i}": f"/enter?next={back}"}
    found = tried(route("GET /items/{id}", "/items/{i}"))["GET /items/{id}"]
    assert ("it needs a login" in found.unseen) is (back == "/items/12")


@pytest.mark.parametrize(("location", "is_seen"), [("https://shop/items/12", False), ("https://shop/", True)])
def test_what_is_served_over_https_alone_is_not_seen(worker, location, is_seen):
    worker.statuses |= {"/items/{i}": [307]}
    worker.locations |= {"/items/{i}": location}
    found = tried(route("GET /items/{id}", "/items/{i}"))["GET /items/{id}"]
    assert found.is_answered is is_seen
    assert ("over https alone: give --header 'X-Forwarded-Proto: https'" in found.unseen) is not is_seen


@pytest.mark.parametrize(
    ("path", "location"),
    [("/orders", "/orders/"), ("/old", "/authors"), ("/login", "/login/"), ("/auth/start", "/oauth"), ("/", "")],
)
def test_a_route_that_leads_elsewhere_has(worker, path, location):
    worker.statuses |= {path: [302]}
    worker.locations |= {path: location}
    assert tried(route(f"GET {path}", path))[f"GET {path}"].request == Request("GET", path)


def test_a_websocket_that_cannot_be_served_says_what_it_needs(worker):
    [needy] = websockets.routes(["/live"], ["websockets"])
    assert tried(needy)["WEBSOCKET /live"].reason == needy.problem


def test_what_a_path_leads_to_is_made_by_the_route_that_makes_such_things(worker):
    worker.statuses |= {"/items/1": [404]}
    making = route("POST /items", "/items")
    request = Request("GET", "/items/{made}", maker=Maker(Request("POST", "/items"), "id"))
    assert tried(route("GET /items/{id}", "/items/1"), making)["GET /items/{id}"].request == request
    alone = tried(route("GET /items/{id}", "/items/1"), known=[making])
    assert {name: each.request for name, each in alone.items()} == {"GET /items/{id}": request}


def test_what_is_not_there_though_it_was_made_stays_skipped(worker):
    worker.statuses |= {"/items/1": [404], "/items/{made}": [404]}
    found = tried(route("GET /items/{id}", "/items/1"), route("POST /items", "/items"))["GET /items/{id}"]
    assert found.request is None
    assert found.reason.startswith("answered 404 to 'GET /items/1'")


def test_a_maker_that_refuses_makes_nothing(worker):
    worker.statuses |= {"/items/1": [404], "/items": [422]}
    assert (
        tried(route("GET /items/{id}", "/items/1"), route("POST /items", "/items"))["GET /items/{id}"].request is None
    )


def test_what_takes_away_is_sent_after_what_makes_it(worker):
    worker.statuses |= {"/items/1": [404]}
    worker.made |= {"/items": list(range(9))}
    found = tried(route("DELETE /items/{id}", "/items/1"), route("POST /items", "/items"))
    assert found["DELETE /items/{id}"] == found["POST /items"]
    assert found["POST /items"].request.counterpart == Counterpart("DELETE", "/items/{made}", "id")


def test_an_answer_without_an_end_and_its_bytes_are_known(worker):
    worker.statuses |= {"/a": [0], "/b": [0]}
    worker.endless.add("/a")
    found = tried(route("GET /x", "/a"), route("GET /y", "/b"), route("GET /z", "/c"))
    assert (found["GET /x"].request, found["GET /x"].endless) == (None, Request("GET", "/a"))
    assert found["GET /y"].endless is None
    assert found["GET /z"].size == 2
