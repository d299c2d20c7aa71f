"""The routes of an application as scenarios: which are picked, and which are sent only if they are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from find_mem_leaks import errors
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects.requests import MADE, NUMBER, Counterpart, Maker, Request

# All routes together.
MIXED = "mixed"
# What a route's name has that takes away what others need.
DESTRUCTIVE = re.compile(r"^DELETE\b|admin|shutdown", re.IGNORECASE)
# Recorded requests of a route that are tried.
MOST_RECORDED = 5
PARAMETER = re.compile(r"\\\{([^{}]*)\\\}")
# What tells one thing from others of its kind, as a part of a path.
NUMBERED = re.compile(r"(?<=/)(\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})(?=/|$)")
# Routes that are measured without being asked for: so many take an hour.
MOST = 200


@dataclass(frozen=True)
class Route:
    """A route of an application.

    Attributes:
        name: its method and path, as in ``GET /items/{id}``.
        summary: what its document or docstring says of it, a line.
        candidates: requests that may be answered, the likeliest first.
        problem: why there are none, if there are none.
        share: how many of the recorded requests are its own.
    """

    name: str
    summary: str
    candidates: tuple[Request, ...]
    problem: str = ""
    share: int = 0

    @property
    def is_destructive(self) -> bool:
        return DESTRUCTIVE.search(self.name) is not None

    @property
    def plain(self) -> str:
        """The name without the number that tells several requests of one route apart."""
        return re.sub(r" \(\d+\)$", "", self.name)

    def takes(self, request: Request, parameter: str = "[^/]+") -> bool:
        """Return whether the request is one of this route's; ``parameter``: what its parameters may be."""
        pattern = PARAMETER.sub(parameter, re.escape(self.name))
        return re.fullmatch(pattern, request.name) is not None

    def values(self, request: Request) -> dict[str, str]:
        """The values of the path's parameters in one of its requests."""
        names = [name.replace("\\", "") for name in PARAMETER.findall(re.escape(self.plain))]
        matched = re.fullmatch(PARAMETER.sub("([^/]+)", re.escape(self.plain)), request.name)
        return dict(zip(names, matched.groups(), strict=True)) if matched else {}

    def matches(self, pattern: str) -> bool:
        """Return whether a name or pattern picks it: a destructive one only if the pattern itself says so."""
        named = self.name == pattern or fnmatchcase(self.name, pattern)
        return named and (not self.is_destructive or DESTRUCTIVE.search(pattern) is not None)


def with_values(routes: Sequence[Route], sent: Iterable[Request]) -> list[Route]:
    """The routes, with requests before all others whose parameters are what they are in requests that are given or were
    recorded: ``GET /shops/berlin`` says what a ``{shop}`` is called, to those that read and change one too."""
    values: dict[str, str] = {}
    by_name = {route.name: route for route in routes}
    for request in sent:
        taker = by_name.get(_taker(routes, request))
        for name, value in taker.values(request).items() if taker else ():
            if NUMBER not in value:
                values.setdefault(name, value)
    return [replace(route, candidates=tuple(dict.fromkeys(_likelier(route, values)))) for route in routes]


def _likelier(route: Route, values: Mapping[str, str]) -> Iterator[Request]:
    """The requests of a route, those with known values first. None is taken away by what is known of it."""
    for request in () if route.name.startswith("DELETE ") else route.candidates:
        own = route.values(request)
        if own.keys() & values.keys():
            _, question, query = request.path.partition("?")
            path = route.name.partition(" ")[2]
            for name, value in {**own, **values}.items():
                path = path.replace(f"{{{name}}}", value)
            yield replace(request, path=path + question + query)
    yield from route.candidates


def with_requests(known_routes: Sequence[Route], own_requests: Sequence[Request]) -> list[Route]:
    """The routes, those that a request is given for with that alone, and one for each request that is of none."""
    by_route: dict[str, list[Request]] = {}
    for request in own_requests:
        by_route.setdefault(_taker(known_routes, request), []).append(request)
    routes = {route.name: route for route in known_routes}
    for name, requests in by_route.items():
        plain = routes.get(name, Route(name, "", ()))
        for number, request in enumerate(requests, 1):
            one = name if number == 1 else f"{name} ({number})"
            routes[one] = replace(plain, name=one, candidates=(request,), problem="")
    return list(routes.values())


def with_recorded(known_routes: Sequence[Route], recorded: Mapping[Request, int]) -> list[Route]:
    """The routes, those that requests were recorded of with these before what is thought of them, and others that were
    recorded; ``recorded``: how often each request was."""
    of_routes: dict[str, dict[Request, int]] = {}
    for request, times in recorded.items():
        of_routes.setdefault(_taker(known_routes, request, NUMBERED.sub("{id}", request.name)), {})[request] = times
    routes = {route.name: route for route in known_routes}
    for name, requests in of_routes.items():
        plain = routes.get(name, Route(name, "", ()))
        first = list(requests)[:MOST_RECORDED]
        routes[name] = replace(plain, candidates=(*first, *plain.candidates), share=sum(requests.values()))
    return list(routes.values())


def check_recorded(file: str, application: str, routes: Sequence[Route], recorded: Mapping[Request, int]) -> None:
    """Raise UsageError for a recording that has no request of the routes that are known: it is another
    application's."""
    if routes and not any(route.takes(request, ".+") for route in routes for request in recorded):
        first = next(iter(recorded)).name
        raise UsageError(
            f"--requests {file} has no request of a route that {application} has, but {first!r}: is it of another "
            "application?"
        )


def _taker(routes: Sequence[Route], request: Request, otherwise: str = "") -> str:
    """The name of the route that a request is of, else another, by itself its own.

    A path that is written out goes before one with parameters, and one whose parameters are whole paths comes last.
    """
    for parameter in ("[^/]+", ".+"):
        takers = [route.name for route in routes if route.takes(request, parameter)]
        if takers:
            return min(takers, key=lambda name: name.count("{"))
    return otherwise or request.name


def counterpart(route: Route, request: Request, routes: Sequence[Route]) -> Counterpart | None:
    """The request that takes away what a route's request makes, as far as the routes tell: ``DELETE /items/{id}`` of
    ``POST /items``, or of the same path where that differs each time."""
    method, _, path = route.plain.partition(" ")
    if method not in {"POST", "PUT", "PATCH"}:
        return None
    deleting = {other.name.partition(" ")[2].rstrip("/"): other for other in routes if other.name.startswith("DELETE ")}
    plain = path.rstrip("/")
    if plain in deleting and NUMBER in request.path:
        return Counterpart("DELETE", request.path.split("?")[0], "")
    for template, other in deleting.items():
        parameter = re.fullmatch(rf"{re.escape(plain)}/\{{([^{{}}/]+)\}}", template)
        if parameter and method == "POST":
            written = other.name.partition(" ")[2].replace(f"{{{parameter[1]}}}", MADE)
            for name, value in route.values(request).items():
                written = written.replace(f"{{{name}}}", value)
            return Counterpart("DELETE", written, parameter[1].split(":")[0])
    return None


def maker(route: Route, routes: Sequence[Route]) -> Route | None:
    """The route that makes what another one's path leads to: ``POST /items`` of ``GET /items/{id}``; None if none is
    known, or it is one that is sent only if it is named."""
    return next((each for each in routes if _below(route, each) and not each.is_destructive), None)


def of_made(route: Route, maker: Route, request: Request) -> Route:
    """The route with requests whose paths lead to what a request of its maker makes."""
    below = _below(route, maker)
    assert below is not None
    first = Maker(replace(request, counterpart=None), below["name"].split(":")[0])
    candidates = []
    for candidate in route.candidates:
        rest = below["rest"] or ""
        for name, value in route.values(candidate).items():
            rest = rest.replace(f"{{{name}}}", value)
        query = candidate.path.partition("?")[1:]
        path = f"{request.path.split('?')[0].rstrip('/')}/{MADE}{rest}{''.join(query)}"
        candidates.append(replace(candidate, path=path, maker=first))
    return replace(route, candidates=tuple(candidates))


def _below(route: Route, maker: Route) -> re.Match[str] | None:
    """Return how a route's path lies below that of one that makes things."""
    method, _, path = maker.plain.partition(" ")
    pattern = rf"\w+ {re.escape(path.rstrip('/'))}/\{{(?P<name>[^{{}}/]+)\}}(?P<rest>/.*)?"
    return re.fullmatch(pattern, route.plain) if method == "POST" else None


def picked(routes: Sequence[Route], patterns: Sequence[str], excluded: Sequence[str], *, every: bool) -> list[Route]:
    """The routes that are measured: those that a pattern picks, all without one but the destructive ones.

    UsageError for a pattern that picks none, and for more than anybody means who asks for none.
    """
    names = [*(route.name for route in routes), MIXED]
    for pattern in (*patterns, *excluded):
        if pattern != MIXED and not any(fnmatchcase(name, pattern) or name == pattern for name in names):
            raise errors.unknown("route", pattern, names)
    named = [pattern for pattern in patterns if pattern != MIXED]
    chosen = without([route for route in routes if _is_wanted(route, named, every=every)], excluded)
    if len(chosen) > MOST and not named:
        raise UsageError(
            f"there are {len(chosen):,} routes, which take hours: choose some by -s 'GET /items*' or --exclude, or all "
            "by -s '*'"
        )
    return chosen


def without(routes: Sequence[Route], excluded: Sequence[str]) -> list[Route]:
    """The routes that no pattern leaves out."""
    return [route for route in routes if not any(fnmatchcase(route.name, pattern) for pattern in excluded)]


def _is_wanted(route: Route, patterns: Sequence[str], *, every: bool) -> bool:
    if not patterns:
        return every or not route.is_destructive
    return any(route.matches(pattern) or (every and fnmatchcase(route.name, pattern)) for pattern in patterns)
