"""Which routes of an application are measured."""

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import requests, routes
from find_mem_leaks.subjects.requests import Request
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


def test_recorded_requests_of_a_route_go_before_what_is_thought_of_it():
    recorded = [Request("GET", f"/items/{number}") for number in range(9)] + [Request("GET", "/else")]
    found = {route.name: route.candidates for route in routes.with_recorded(known(), recorded)}
    assert list(found) == [*NAMES, "GET /else"]
    assert found["GET /items/{id}"] == (*recorded[: routes.MOST_RECORDED], Request("GET", "/items/{id}"))
