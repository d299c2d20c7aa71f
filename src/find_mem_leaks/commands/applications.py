"""What a call asks of applications: where they are, what goes with each request, and which routes are measured."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from find_mem_leaks.commands.values import whole
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines, trying
from find_mem_leaks.subjects import openapi, recordings, requests, routes
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.requests import Request
from find_mem_leaks.subjects.routes import MIXED, Route

OPTIONS = ("factory", "request", "requests", "header", "cookie", "auth", "exclude")


@dataclass(frozen=True)
class RouteCell:
    """A cell of an application: its scenario, the requests that it is sent, or why it is not measured."""

    scenario: str
    requests: tuple[Request, ...]
    skipped: str = ""


def add(verb: Any) -> None:
    """The options of an application."""
    group = verb.add_argument_group("an application, module:attribute")
    group.add_argument("--factory", action="store_true", help="the attribute is a function that makes the application")
    group.add_argument("--app-dir", metavar="DIR", help="look for its module here (default: the current directory)")
    group.add_argument(
        "--env", action="append", metavar="NAME=VALUE", help="a variable of its environment; may be repeated"
    )
    group.add_argument(
        "--request",
        action="append",
        metavar="REQUEST",
        help=f"send this, such as {requests.EXAMPLE}: {{i}} differs each time; may be repeated",
    )
    group.add_argument(
        "--requests",
        action="append",
        metavar="FILE",
        help="try the requests of a HAR, an access log or lines of JSON first; may be repeated",
    )
    group.add_argument("--header", action="append", metavar="HEADER", help="with every request, such as 'X-Token: abc'")
    group.add_argument("--cookie", action="append", metavar="COOKIE", help="with every request, such as session=abc")
    group.add_argument(
        "--workers",
        type=whole,
        default=1,
        metavar="N",
        help="serve it by so many worker processes of uvicorn's or gunicorn's own, and measure all of them",
    )
    group.add_argument("--auth", metavar="USER:PASSWORD", help="basic authentication with every request")
    group.add_argument(
        "--exclude", action="append", metavar="PATTERN", help="leave routes out, such as 'GET /docs*'; may be repeated"
    )


def variables(arguments: argparse.Namespace) -> dict[str, str]:
    """The variables of --env; UsageError for what is none."""
    found = {}
    for text in arguments.env or ():
        name, equals, value = text.partition("=")
        if not name or not equals or "\0" in text:
            raise UsageError(f"--env {text!r} is not a variable: write it as NAME=VALUE")
        found[name] = value
    return found


def check(arguments: argparse.Namespace, applications: Mapping[str, Application]) -> None:
    """UsageError for an option of applications where there is none."""
    given = [name for name in OPTIONS if getattr(arguments, name)]
    given += ["workers"] if arguments.workers > 1 else []
    if given and not applications:
        raise UsageError(f"--{given[0]} is for an application: name one, such as shop.main:app")


def known(arguments: argparse.Namespace, executable: str, application: Application, stall: float) -> list[Route]:
    """The routes of an application, with the requests that are given; UsageError if it has none."""
    outline = outlines.of_application(executable, application, stall, variables(arguments))
    of_schema = openapi.routes(outline.schema, application.name) if outline.schema else []
    recorded = [request for file in arguments.requests or () for request in recordings.read(file)]
    every = routes.with_recorded(of_schema, recorded)
    found = routes.with_requests(every, [requests.parse(text) for text in arguments.request or ()])
    if not found:
        raise UsageError(f"{application.name} does not say which routes it has: give --request {requests.EXAMPLE}")
    return found


def cells(arguments: argparse.Namespace, executable: str, application: Application) -> list[RouteCell]:
    """The cells of an application: a route each, and all of them together; the requests are tried before."""
    asked = arguments.scenario or ()
    every = known(arguments, executable, application, arguments.stall)
    wanted = routes.picked(every, asked, arguments.exclude or (), every=arguments.all)
    if not wanted:
        raise UsageError(f"no route of {application.name} is left: --all takes those that delete or are for admins too")
    headers = requests.headers(arguments.header or (), arguments.cookie or (), arguments.auth)
    tried = trying.try_out(executable, application, wanted, headers, variables(arguments), arguments.stall)
    found = [_cell(route.name, tried[route.name]) for route in wanted]
    if set(asked) == {MIXED}:
        return list(_mixed(found)) or [RouteCell(MIXED, (), "fewer than two routes answered a request")]
    with_mixed = MIXED in asked or not (asked or arguments.quick)
    return [*found, *(_mixed(found) if with_mixed else ())]


def _cell(name: str, tried: trying.Tried) -> RouteCell:
    return RouteCell(name, (tried.request,) if tried.request else (), tried.reason)


def _mixed(found: Sequence[RouteCell]) -> Iterator[RouteCell]:
    """All routes that are answered, alike, where there are several."""
    answered = tuple(request for cell in found for request in cell.requests)
    if len(answered) > 1:
        yield RouteCell(MIXED, answered)
