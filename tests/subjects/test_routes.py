"""Which routes of an application are measured."""

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import requests, routes
from find_mem_leaks.subjects.requests import Counterpart, Maker, Request
from find_mem_leaks.subjects.routes import Route

NAMES = ("GET /items", "GET /items/{id}", "POST /items", "DELETE /items/{id}", "POST /Admin/reset", "GET /items/top")


def known():
    return [Route(name, "", (Request(*name.split()),)) for name in NAMES]


def names(found):
    return [route.name for route in found]


def picked(*patterns, excluded=(), every=False):
    return names(routes.picked(known(), patterns, excluded, every=every))


def test_all_are_measured_but_those_that_take_away_what_others_need():
    kept = ["GET /items", "GET /items/{id}", "POST /items", "GET /items/top"]
    assert picked() == kept
    assert picked(every=True) == list(NAMES)
    assert picked("mixed") == kept


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("GET /items/*", ["GET /items/{id}", "GET /items/top"]),
        ("GET /items/{id}", ["GET /items/{id}"]),
        ("* /items/{id}", ["GET /items/{id}"]),
        ("DELETE *", ["DELETE /items/{id}"]),
        ("DELETE /items/{id}", ["DELETE /items/{id}"]),
        ("POST /Admin/*", ["POST /Admin/reset"]),
    ],
)
def test_a_pattern_picks_a_destructive_route_if_it_says_so_itself(pattern, found):
    assert picked(pattern) == found


def test_all_that_a_pattern_matches_may_be_asked_for():
    assert picked("* /items/{id}", every=True) == ["GET /items/{id}", "DELETE /items/{id}"]


def test_routes_are_left_out_by_a_pattern():
    assert picked(excluded=["GET *"]) == ["POST /items"]


def test_a_pattern_that_picks_none_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="there is no route 'GET /item'; did you mean GET /items"):
        picked("GET /item")
    with pytest.raises(UsageError, match="there is no route 'GET /nothing/"):
        picked(excluded=["GET /nothing/*"])


def test_a_request_that_is_given_takes_the_place_of_what_was_thought_of_its_route():
    given = [requests.parse(text) for text in ("GET /items/7", "GET /items/top?n=1", "GET /else", "GET /else?b=1")]
    found = {route.name: route.candidates for route in routes.with_requests(known(), given)}
    assert list(found) == [*NAMES, "GET /else", "GET /else (2)"]
    assert found["GET /items/{id}"] == (given[0],)
    assert found["GET /items/top"] == (given[1],)
    assert (found["GET /else"], found["GET /else (2)"]) == ((given[2],), (given[3],))
    assert found["GET /items"] == (Request("GET", "/items"),)


def test_what_is_sent_says_what_a_parameter_is_called_to_other_routes_too():
    names = ("GET /shops/{shop}", "PUT /shops/{shop}/items/{id}", "DELETE /shops/{shop}", "GET /files/{path}")
    thought = ("/shops/x{i}", "/shops/x{i}/items/{i}?q=1", "/shops/x{i}", "/files/x/y")
    every = [Route(name, "", (Request(name.split()[0], path),)) for name, path in zip(names, thought, strict=True)]
    sent = [Request("GET", path) for path in ("/shops/berlin", "/shops/rome", "/files/a/b", "/else")]
    sent.append(Request("PUT", "/shops/oslo/items/{i}"))
    found = [[request.path for request in route.candidates] for route in routes.with_values(every, sent)]
    assert found == [
        ["/shops/berlin", "/shops/x{i}"],
        ["/shops/berlin/items/{i}?q=1", "/shops/x{i}/items/{i}?q=1"],
        ["/shops/x{i}"],
        ["/files/x/y"],
    ]


def test_recorded_requests_of_a_route_go_before_what_is_thought_of_it():
    recorded = {Request("GET", f"/items/{number}"): 2 for number in range(9)} | {Request("GET", "/else"): 1}
    found = {route.name: route for route in routes.with_recorded(known(), recorded)}
    assert list(found) == [*NAMES, "GET /else"]
    few = list(recorded)[: routes.MOST_RECORDED]
    assert found["GET /items/{id}"].candidates == (*few, Request("GET", "/items/{id}"))
    assert (found["GET /items/{id}"].share, found["GET /else"].share, found["POST /items"].share) == (18, 1, 0)


def test_recorded_things_of_a_kind_are_one_route():
    paths = ["/users/1/posts/17", "/users/20/posts/3", "/files/123e4567-e89b-12d3-a456-426614174000", "/v1/users"]
    found = routes.with_recorded([], {Request("GET", path): 1 for path in paths})
    assert names(found) == ["GET /users/{id}/posts/{id}", "GET /files/{id}", "GET /v1/users"]


def test_a_whole_path_may_be_a_parameter():
    [found] = routes.with_recorded([Route("GET /files/{path}", "", ())], {Request("GET", "/files/a/b.txt"): 1})
    assert found.name == "GET /files/{path}"


def test_a_recording_of_another_application_is_refused():
    routes.check_recorded("x.har", "main:app", known(), {Request("GET", "/"): 1, Request("GET", "/items"): 1})
    routes.check_recorded("x.har", "main:app", [], {Request("GET", "/"): 1})
    with pytest.raises(UsageError, match=r"x\.har has no request of a route that main:app has, but 'GET /': is it"):
        routes.check_recorded("x.har", "main:app", known(), {Request("GET", "/"): 1})


def test_more_routes_than_anybody_means_are_asked_for():
    many = [Route(f"GET /{number}", "", ()) for number in range(1_000)]
    with pytest.raises(UsageError, match="there are 1,000 routes, which take hours: choose some by -s"):
        routes.picked(many, [], [], every=False)
    assert len(routes.picked(many, ["*"], [], every=False)) == 1_000
    assert len(routes.picked(many, [], ["GET /[1-9]*"], every=False)) == 1


@pytest.mark.parametrize(
    ("name", "request_", "deleting", "counterpart"),
    [
        ("POST /items", Request("POST", "/items"), "DELETE /items/{item_id}", ("/items/{made}", "item_id")),
        ("POST /items (2)", Request("POST", "/items"), "DELETE /items/{id}", ("/items/{made}", "id")),
        ("POST /items/", Request("POST", "/items/"), "DELETE /items/{id}/", ("/items/{made}/", "id")),
        (
            "POST /users/{user}/items",
            Request("POST", "/users/7/items?a=b"),
            "DELETE /users/{user}/items/{id}",
            ("/users/7/items/{made}", "id"),
        ),
        ("PUT /items/{id}", Request("PUT", "/items/{i}"), "DELETE /items/{id}", ("/items/{i}", "")),
        ("PUT /items/{id}", Request("PUT", "/items/1"), "DELETE /items/{id}", None),
        ("GET /items", Request("GET", "/items"), "DELETE /items/{id}", None),
        ("POST /items", Request("POST", "/items"), "DELETE /items", None),
        ("POST /items", Request("POST", "/items"), "DELETE /items/{id}/tags/{tag}", None),
    ],
)
def test_what_makes_things_has_a_counterpart_that_takes_them_away(name, request_, deleting, counterpart):
    found = routes.counterpart(Route(name, "", ()), request_, [Route(deleting, "", ())])
    assert (found and (found.path, found.name)) == counterpart


@pytest.mark.parametrize(
    ("name", "path", "made"),
    [
        ("GET /items/{id}", "/items/{i}?a=b", "/items/{made}?a=b"),
        ("PUT /items/{id}/tags/{tag}", "/items/1/tags/red", "/items/{made}/tags/red"),
    ],
)
def test_a_route_may_lead_to_what_another_one_makes(name, path, made):
    route = Route(name, "", (Request(name.split()[0], path),))
    maker = Route("POST /items/", "", ())
    assert routes.maker(route, [Route("POST /users", "", ()), maker]) is maker
    [request] = routes.of_made(
        route, maker, Request("POST", "/items/?x=y", counterpart=Counterpart("", "", ""))
    ).candidates
    assert (request.path, request.maker) == (made, Maker(Request("POST", "/items/?x=y"), "id"))


@pytest.mark.parametrize("maker", ["GET /items", "POST /item", "POST /items/{id}", "POST /"])
def test_other_routes_make_nothing_that_it_needs(maker):
    assert routes.maker(Route("GET /items/{id}", "", ()), [Route(maker, "", ())]) is None


def test_what_is_sent_only_if_it_is_named_makes_nothing():
    assert routes.maker(Route("GET /admin/{id}", "", ()), [Route("POST /admin", "", ())]) is None
