"""What a call asks of applications, as cells."""

import argparse

import pytest

from find_mem_leaks import commands, errors
from find_mem_leaks.commands import applications, options
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines
from find_mem_leaks.leading.trying import Trial, Tried
from find_mem_leaks.subjects import servers
from find_mem_leaks.subjects.applications import Application, Outline
from find_mem_leaks.subjects.requests import Request

APPLICATION = Application("main", "app", "/")
PATHS = {"/a": {"get": {"summary": "An a"}, "delete": {}}, "/b": {"get": {}}}


def parsed(*words):
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--scenario", action="append")
    parser.add_argument("--clients")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--stall", default=5.0)
    options.add(parser, [applications.OPTIONS])
    return parser.parse_args(words)


@pytest.fixture
def answers(monkeypatch):
    """What each route is answered: its first request, unless it is said otherwise."""
    special = {}

    def of(trial, routes):
        usual = {route.name: Tried(route.candidates[0].with_headers(trial.headers)) for route in routes}
        special["trial"] = trial
        return {name: special.get(name, tried) for name, tried in usual.items()}

    monkeypatch.setattr(Trial, "of", of)
    monkeypatch.setattr(outlines, "of_application", lambda *_: Outline("asgi", {"paths": PATHS}))
    return special


def cells(*words):
    return {cell.scenario: cell for cell in applications.cells(parsed(*words), "python", APPLICATION)[1]}


def test_each_route_is_a_cell_and_all_that_are_answered_are_one(answers):
    found = cells()
    assert list(found) == ["GET /a", "GET /b", "mixed"]
    assert found["GET /a"].requests == (Request("GET", "/a"),)
    assert found["mixed"].requests == (Request("GET", "/a"), Request("GET", "/b"))
    assert list(cells("--quick")) == ["GET /a", "GET /b"]
    assert list(cells("--all")) == ["GET /a", "DELETE /a", "GET /b", "mixed"]
    assert list(cells("-s", "mixed")) == ["mixed"]
    assert list(cells("-s", "GET /b")) == ["GET /b"]
    assert list(cells("--exclude", "GET /b")) == ["GET /a"]


def test_a_route_that_refuses_is_skipped_and_no_part_of_the_mixture(answers):
    answers["GET /a"] = Tried(None, "answered 401")
    found = cells("--request", "POST /c {}", "--header", "X-Token: t")
    assert (found["GET /a"].requests, found["GET /a"].skipped) == ((), "answered 401")
    assert [request.path for request in found["mixed"].requests] == ["/b", "/c"]
    assert all(dict(request.headers)["X-Token"] == "t" for request in found["mixed"].requests)


def test_a_mixture_of_one_is_none(answers):
    answers["GET /a"] = Tried(None, "answered 401")
    assert list(cells()) == ["GET /a", "GET /b"]
    assert cells("-s", "mixed")["mixed"].skipped == "fewer than two routes answered a request"


def test_a_route_that_fails_is_no_part_of_the_mixture(answers):
    answers["GET /a"] = Tried(Request("GET", "/a"), fails=True)
    found = cells("--request", "POST /c {}")
    assert found["GET /a"].requests == (Request("GET", "/a"),)
    assert [request.path for request in found["mixed"].requests] == ["/b", "/c"]


def test_the_mixture_is_as_the_recorded_requests_are(answers, tmp_path):
    line = '1.2.3.4 - - [10/Oct/2024:13:55:36 +0000] "GET {} HTTP/1.1" 200 1'
    log = tmp_path / "access.log"
    log.write_text("\n".join(line.format(path) for path in ("/a", "/b?x=1", "/b?x=1", "/b?x=2")))
    found = cells("--requests", str(log), "--request", "POST /c {}")["mixed"]
    assert ([request.path for request in found.requests], found.shares) == (["/a", "/b?x=1"], (1, 3))
    log.write_text(line.format("/a"))
    found = cells("--requests", str(log))["mixed"]
    assert (len(found.requests), found.shares) == (2, ())


def test_what_makes_rows_is_said_of_its_cell(answers):
    answers["GET /a"] = Tried(Request("GET", "/a"), makes_rows=True)
    found = cells()
    assert "the application's own data" in found["GET /a"].remark
    assert (found["mixed"].remark, found["GET /b"].remark) == (found["GET /a"].remark, "")


def test_counterparts_are_looked_for_among_all_routes_that_are_not_left_out(answers):
    cells("-s", "GET /b")
    assert [route.name for route in answers["trial"].known] == ["GET /a", "DELETE /a", "GET /b"]
    cells("--exclude", "DELETE *", "--login", "POST /token a=b")
    assert [route.name for route in answers["trial"].known] == ["GET /a", "GET /b"]
    assert [str(request) for request in answers["trial"].logins] == ["POST /token a=b"]


def test_a_server_that_is_missing_is_fetched_and_said(answers, monkeypatch, capsys):
    monkeypatch.setattr(outlines, "of_application", lambda *_: Outline("wsgi", {"paths": PATHS}, "waitress"))
    monkeypatch.setattr(servers, "fetched", lambda executable, package: f"/fetched/{package}")
    application, _ = applications.cells(parsed(), "/x/python", APPLICATION)
    assert application.where["server"] == "/fetched/waitress"
    said = capsys.readouterr().err
    assert "main:app is served by waitress, fetched for this run, since /x/python lacks it" in said


def test_where_no_route_is_left_it_is_said(answers):
    with pytest.raises(UsageError, match="no route of main:app is left: --all takes those that delete"):
        cells("--exclude", "GET *")


def test_an_application_of_which_no_route_is_known_needs_requests(answers, monkeypatch):
    monkeypatch.setattr(outlines, "of_application", lambda *_: Outline("wsgi", None))
    with pytest.raises(UsageError, match="main:app does not say which routes it has: give --request"):
        cells()
    assert list(cells("--request", "GET /")) == ["GET /"]


def test_variables_are_names_and_values():
    assert applications.variables(parsed("--env", "A=b=c", "--env", "B=")) == {"A": "b=c", "B": ""}
    for text in ("A", "=b"):
        with pytest.raises(UsageError, match="write it as NAME=VALUE"):
            applications.variables(parsed("--env", text))


def test_options_of_applications_need_one(capsys):
    assert commands.call(["run", "sync_session", "--request", "GET /"]) == errors.USAGE
    assert "--request is for an application: name one, such as shop.main:app" in capsys.readouterr().err


def test_list_shows_what_will_be_sent(answers, capsys):
    assert commands.call(["list", "main:app", "--request", "POST /c {}"]) == errors.CLEAN
    shown = capsys.readouterr().out
    for text in ("GET /a", "An a", "DELETE /a (only with --all, or named by -s)", "POST /c {}", "mixed"):
        assert text in shown


def test_clients_that_misbehave_are_cells_in_the_place_of_routes_or_beside_those_that_are_named(answers):
    answers["GET /b"] = Tried(Request("GET", "/b"), size=9)
    found = cells("--clients", "tcp_probe,invalid_bodies")
    assert list(found) == ["tcp_probe", "invalid_bodies"]
    assert {role: request.path for role, request in found["tcp_probe"].roles.items()} == {"plain": "/a", "stream": "/b"}
    assert (found["tcp_probe"].skipped, found["invalid_bodies"].skipped[:28]) == ("", "none of its requests has a b")
    assert list(cells("--clients", "tcp_probe", "-s", "GET /b")) == ["GET /b", "tcp_probe"]
    assert list(cells("-s", "reset_idle")) == ["reset_idle"]
    assert not cells("-s", "GET /b")["GET /b"].roles


def test_workers_are_for_applications_alone():
    with pytest.raises(UsageError, match="--workers is for an application: name one"):
        applications.check(parsed("--workers", "2"), {})
    applications.check(parsed("--workers", "2"), {"main:app": APPLICATION})


def test_what_leads_to_a_login_is_measured_alone_and_is_no_part_of_the_mixture(answers):
    answers["GET /a"] = Tried(Request("GET", "/a"), unseen="it needs a login")
    found = cells("--request", "POST /c {}")
    assert (found["GET /a"].unseen, len(found["GET /a"].requests)) == ("it needs a login", 1)
    assert "/a" not in [request.path for request in found["mixed"].requests]


def test_a_login_is_sent_with_what_goes_with_every_request_but_for_its_own_token():
    given = ["--login", "POST /token a=b", "--header", "X-Tenant: a", "--header", "Authorization: Token {token}"]
    [login] = applications.logins(parsed(*given))
    assert ("X-Tenant", "a") in login.headers
    assert "{token}" not in str(login.headers)


def test_with_a_login_no_request_says_who_is_asking_by_an_example(answers, monkeypatch):
    parameter = {"in": "header", "name": "authorization", "required": True, "schema": {"type": "string"}}
    paths = {"/me": {"get": {"parameters": [parameter]}}}
    monkeypatch.setattr(outlines, "of_application", lambda *_: Outline("asgi", {"paths": paths}))
    assert [each.headers for each in cells("-s", "GET /me")["GET /me"].requests] == [(("authorization", "x{i}"),)]
    assert [each.headers for each in cells("-s", "GET /me", "--login", "POST /t a=b")["GET /me"].requests] == [()]
