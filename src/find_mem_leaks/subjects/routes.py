"""The routes of an application as scenarios: which are picked, and which are sent only if they are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from find_mem_leaks import errors
from find_mem_leaks.subjects.requests import Request

# All routes alike.
MIXED = "mixed"
# What a route's name has that takes away what others need.
DESTRUCTIVE = re.compile(r"^DELETE\b|admin|shutdown", re.IGNORECASE)
# Recorded requests of a route that are tried.
MOST_RECORDED = 5
PARAMETER = re.compile(r"\\\{[^{}]*\\\}")


@dataclass(frozen=True)
class Route:
    """A route of an application.

    Attributes:
        name: its method and path, as in ``GET /items/{id}``.
        summary: what its document or docstring says of it, a line.
        candidates: requests that may be answered, the likeliest first.
        problem: why there are none, if there are none.
    """

    name: str
    summary: str
    candidates: tuple[Request, ...]
    problem: str = ""

    @property
    def is_destructive(self) -> bool:
        return DESTRUCTIVE.search(self.name) is not None

    def takes(self, request: Request) -> bool:
        """Return whether the request is one of this route's."""
        pattern = PARAMETER.sub("[^/]+", re.escape(self.name))
        return re.fullmatch(pattern, request.name) is not None

    def matches(self, pattern: str) -> bool:
        """Return whether a name or pattern picks it: a destructive one only if the pattern itself says so."""
        named = self.name == pattern or fnmatchcase(self.name, pattern)
        return named and (not self.is_destructive or DESTRUCTIVE.search(pattern) is not None)


def with_requests(known: Sequence[Route], given: Sequence[Request]) -> list[Route]:
    """The routes, those that a request is given for with that alone, and one for each request that is of none."""
    asked: dict[str, list[Request]] = {}
    for request in given:
        asked.setdefault(_taker(known, request), []).append(request)
    routes = {route.name: route for route in known}
    for name, requests in asked.items():
        plain = routes.get(name, Route(name, "", ()))
        for number, request in enumerate(requests, 1):
            one = name if number == 1 else f"{name} ({number})"
            routes[one] = replace(plain, name=one, candidates=(request,), problem="")
    return list(routes.values())


def with_recorded(known: Sequence[Route], recorded: Sequence[Request]) -> list[Route]:
    """The routes, those that requests were recorded of with these before what is thought of them, and others that were
    recorded."""
    of_routes: dict[str, list[Request]] = {}
    for request in recorded:
        of_routes.setdefault(_taker(known, request), []).append(request)
    routes = {route.name: route for route in known}
    for name, requests in of_routes.items():
        plain = routes.get(name, Route(name, "", ()))
        routes[name] = replace(plain, candidates=(*requests[:MOST_RECORDED], *plain.candidates))
    return list(routes.values())


def _taker(known: Sequence[Route], request: Request) -> str:
    """The name of the route that a request is of, else its own. A path that is written out goes before one with
    parameters."""
    takers = sorted((route.name for route in known if route.takes(request)), key=lambda name: name.count("{"))
    return next(iter(takers), request.name)


def picked(known: Sequence[Route], patterns: Sequence[str], excluded: Sequence[str], *, every: bool) -> list[Route]:
    """The routes that are measured: those that a pattern picks, all without one but the destructive ones.

    UsageError for a pattern that picks none.
    """
    names = [*(route.name for route in known), MIXED]
    for pattern in (*patterns, *excluded):
        if pattern != MIXED and not any(fnmatchcase(name, pattern) or name == pattern for name in names):
            raise errors.unknown("route", pattern, names)
    wanted = [pattern for pattern in patterns if pattern != MIXED]
    chosen = [route for route in known if _is_wanted(route, wanted, every=every)]
    return [route for route in chosen if not any(fnmatchcase(route.name, pattern) for pattern in excluded)]


def _is_wanted(route: Route, patterns: Sequence[str], *, every: bool) -> bool:
    if not patterns:
        return every or not route.is_destructive
    return any(route.matches(pattern) or (every and fnmatchcase(route.name, pattern)) for pattern in patterns)
