"""The applications of a call: where they are, what goes with each request, and which routes are measured."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from find_mem_leaks.commands import misbehaving
from find_mem_leaks.commands.options import Group, option
from find_mem_leaks.commands.values import whole
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines
from find_mem_leaks.leading.trying import Trial, Tried
from find_mem_leaks.subjects import clients, openapi, recordings, requests, routes, servers, websockets
from find_mem_leaks.subjects.applications import Application, Outline
from find_mem_leaks.subjects.requests import Request
from find_mem_leaks.subjects.routes import MIXED, Route

# Those that are for an application alone.
ITS_OWN = ("factory", "request", "requests", "header", "cookie", "auth", "login", "exclude")
OPTIONS = Group(
    "an application, module:attribute",
    option("--factory", "the attribute is a function that makes the application"),
    option("--app-dir DIR", "look for its module here (default: the current directory)"),
    option("--env NAME=VALUE ...", "a variable of its environment; may be repeated"),
    option("--request REQUEST ...", f"send this, such as {requests.EXAMPLE}: {{i}} differs each time; may be repeated"),
    option("--requests FILE ...", "try the requests of a HAR, an access log or lines of JSON first; may be repeated"),
    option("--header HEADER ...", "with every request, such as 'X-Token: abc'"),
    option("--cookie COOKIE ...", "with every request, such as session=abc"),
    option(
        "--workers N",
        "serve it by so many worker processes of uvicorn's or gunicorn's own, and measure all of them",
        whole,
        default=1,
    ),
    option("--auth USER:PASSWORD", "basic authentication with every request"),
    option(
        "--login REQUEST ...",
        "send this first, such as 'POST /token username=a&password=b': the token or the cookies of its answer go "
        "with every request; may be repeated",
    ),
    option("--exclude PATTERN ...", "leave routes out, such as 'GET /docs*'; may be repeated"),
)
# What is said of a route whose requests add up.
ADDS_UP = "each request creates a row that no request deletes: what grows may be the application's own data"


@dataclass(frozen=True)
class RouteCell:
    """A cell of an application.

    Attributes:
        scenario: its name.
        requests: those that it is sent.
        skipped: why it is not measured; empty if it is.
        shares: how often each request is sent; empty for alike.
        remark: what is to be known of its growth, one line.
        unseen: why it is measured, yet not acquitted; empty if it may be.
        roles: of a client that misbehaves, what each request is good for.
    """

    scenario: str
    requests: tuple[Request, ...]
    skipped: str = ""
    shares: tuple[int, ...] = ()
    remark: str = ""
    unseen: str = ""
    roles: Mapping[str, Request] = field(default_factory=dict)


def variables(arguments: argparse.Namespace) -> dict[str, str]:
    """The variables of --env; UsageError for what is none."""
    values = {}
    for text in arguments.env or ():
        name, equals, value = text.partition("=")
        if not name or not equals or "\0" in text:
            raise UsageError(f"--env {text!r} is not a variable: write it as NAME=VALUE")
        values[name] = value
    return values


def check(arguments: argparse.Namespace, applications: Mapping[str, Application]) -> None:
    """Raise UsageError for an option of applications where there is none."""
    options = [name for name in ITS_OWN if getattr(arguments, name)]
    options += ["workers"] if arguments.workers > 1 else []
    if options and not applications:
        raise UsageError(f"--{options[0]} is for an application: name one, such as shop.main:app")


def known(arguments: argparse.Namespace, application: Application, outline: Outline) -> list[Route]:
    """The routes of an application, with the requests that are given; UsageError if it has none."""
    all_routes = openapi.routes(outline.schema, application.name) if outline.schema else []
    if arguments.login:  # who is asking is what its answer says, not what the document has for an example
        all_routes = [_without_authorization(route) for route in all_routes]
    all_routes += websockets.routes(outline.websockets, outline.unserved)
    recorded: Counter[Request] = Counter()
    for file in arguments.requests or ():
        of_file = recordings.read(file)
        routes.check_recorded(file, application.name, all_routes, of_file)
        recorded.update(of_file)
    own_requests = [requests.parse(text) for text in arguments.request or ()]
    all_routes = routes.with_recorded(routes.with_values(all_routes, [*own_requests, *recorded]), recorded)
    answerable = routes.with_requests(all_routes, own_requests)
    if not answerable:
        raise UsageError(f"{application.name} does not say which routes it has: give --request {requests.EXAMPLE}")
    return answerable


def _without_authorization(route: Route) -> Route:
    """A route whose requests leave it to the login to say who is asking."""
    candidates = [
        replace(each, headers=tuple(field for field in each.headers if field[0].lower() != "authorization"))
        for each in route.candidates
    ]
    return replace(route, candidates=tuple(dict.fromkeys(candidates)))


def logins(arguments: argparse.Namespace) -> list[Request]:
    """The requests of --login, with what goes with every request but for the token, which is not known yet; UsageError
    for what is none."""
    fields = requests.headers(arguments.header or (), arguments.cookie or (), arguments.auth)
    known_ones = [(name, value) for name, value in fields if "{token}" not in value]
    return [requests.parse(text, "--login").with_headers(known_ones) for text in arguments.login or ()]


def cells(
    arguments: argparse.Namespace, executable: str, application: Application
) -> tuple[Application, list[RouteCell]]:
    """The application with a server, and its cells: a route each, and all of them together, or those of clients that
    misbehave; the requests are tried before."""
    names = clients.named(arguments.clients, arguments.scenario or ())
    patterns = [name for name in arguments.scenario or () if name not in names]
    outline = outlines.of_application(executable, application, arguments.stall, variables(arguments))
    all_routes = known(arguments, application, outline)
    picked = routes.picked(all_routes, patterns, arguments.exclude or (), every=arguments.all)
    if not picked:
        raise UsageError(f"no route of {application.name} is left: --all takes those that delete or are for admins too")
    headers = requests.headers(arguments.header or (), arguments.cookie or (), arguments.auth)
    kept, first = routes.without(all_routes, arguments.exclude or ()), logins(arguments)
    served = _served(application, executable, outline.missing)
    tried = Trial(executable, served, kept, headers, first, variables(arguments), arguments.stall).of(picked)
    of_clients = _clients(names, [tried[route.name] for route in picked], outline, headers, executable)
    of_routes = [] if names and not patterns else _of_routes(arguments, patterns, picked, tried)
    return served, [*of_routes, *of_clients]


def _of_routes(
    arguments: argparse.Namespace, patterns: Sequence[str], picked: Sequence[Route], tried: Mapping[str, Tried]
) -> list[RouteCell]:
    if set(patterns) == {MIXED}:
        return list(_mixed(picked, tried)) or [RouteCell(MIXED, (), "fewer than two routes answered a request")]
    with_mixed = MIXED in patterns or not (patterns or arguments.quick)
    single = [_cell(route.name, tried[route.name]) for route in picked]
    return [*single, *(_mixed(picked, tried) if with_mixed else ())]


def _clients(
    names: Sequence[str], tried: Sequence[Tried], outline: Outline, headers: Sequence[tuple[str, str]], executable: str
) -> Iterator[RouteCell]:
    """A cell for each client that was asked for."""
    roles = misbehaving.roles(tried, outline.websockets, headers)
    for name in names:
        skipped = misbehaving.reason(name, roles, outline.unserved, executable)
        yield RouteCell(name, (), skipped, roles=roles)


def _served(application: Application, executable: str, missing: str) -> Application:
    """The application with a server: one that its environment lacks is fetched for the run."""
    if not missing:
        return application
    folder = servers.fetched(executable, missing)
    print(
        f"find-mem-leaks: {application.name} is served by {missing}, fetched for this run, since {executable} lacks it",
        file=sys.stderr,
    )
    return replace(application, server=folder)


def _cell(name: str, tried: Tried) -> RouteCell:
    sent = (tried.request,) if tried.request else ()
    remark = ADDS_UP if tried.makes_rows else ""
    return RouteCell(name, sent, tried.reason, remark=remark, unseen=tried.unseen)


def _mixed(picked: Sequence[Route], tried: Mapping[str, Tried]) -> Iterator[RouteCell]:
    """Return all routes that are answered, where there are several: those that were recorded as often as they were,
    else all alike."""
    answered = [(tried[route.name], route.share) for route in picked if tried[route.name].is_answered]
    sent = [(each.request, share, each.makes_rows) for each, share in answered if each.request]
    recorded = [each for each in sent if each[1]]
    chosen = recorded if len(recorded) > 1 else sent
    if len(chosen) > 1:
        several, shares, make_rows = zip(*chosen, strict=True)
        yield RouteCell(MIXED, several, shares=shares if recorded == chosen else (), remark=ADDS_UP * any(make_rows))
