"""Which requests an application answers: tried in a measured process, before any route is measured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.measured import requests
from find_mem_leaks.subjects import routes
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.requests import MADE, NAMES, NUMBER, WEBDAV, WEBSOCKET, Counterpart, Request
from find_mem_leaks.subjects.routes import Route

# The lowest status of an answer that refuses, and of one that a failure is.
REFUSAL, FAILURE = 400, 500
# Each request is sent so many times, with another number: what is taken once only is no request to measure by.
TIMES = 2
# Routes are tried in this order: what reads before what makes rows, so that a row which is there only since then is
# not taken for one that there always is.
ORDER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", WEBSOCKET, *WEBDAV, "DELETE")
# Seconds that a request may go without an answer.
PATIENCE = 10.0
# What would help where a request was refused, by its status.
ADVICE = {
    401: "give --login, --header, --cookie or --auth",
    403: "give --login, --header, --cookie or --auth",
    404: "nothing has that path: give --request {request} with values that exist",
    405: "give --request with another method",
    409: "it exists already: give --request {request} with {{i}} in it",
    429: "it limits how often it answers: lift that for the run",
}
HTTPS_ADVICE = (
    "it answers over https alone: give --header 'X-Forwarded-Proto: https', or switch that off for the run by --env"
)
LOGIN_ADVICE = "it needs a login: give --login, --header, --cookie or --auth"
USUAL = "give --request {request} with the parameters and the body that it expects"


# What an answer says that has made a thing.
CREATED = 201
# What leads elsewhere, and how the page that asks for a login is called.
REDIRECTS = (301, 302, 303, 307, 308)
LOGIN = re.compile(
    r"(^|[/_.-])(log[-_]?in|sign[-_]?in|auth|authori[sz]e|authenticate|sso|oauth2?|openid|saml)([/_.-]|$)",
    re.IGNORECASE,
)
# How the measured process calls a login that was refused.
REFUSED_LOGIN = "LoginError"
# Stand for a status: of a request that was not answered in time, and of one with which the process ended.
SILENT, ENDED = 0, -1


@dataclass(frozen=True)
class Tried:
    """What came of trying a route.

    Attributes:
        request: the first one that was answered, or one that fails; None if none was.
        reason: why none was, and what would help.
        size: bytes of the answer's body.
        fails: whether the application failed at it: it is measured alone, to tell what it raises.
        makes_rows: whether each request creates a row that no request deletes.
        endless: a request whose answer's body does not end, if it has one.
        unseen: why what lies behind its answer stays unseen, and what would help: it leads to a login. Such a route is
            measured, since what leads there may leak, yet it is never acquitted.
    """

    request: Request | None
    reason: str = ""
    size: int = 0
    fails: bool = False
    makes_rows: bool = False
    endless: Request | None = None
    unseen: str = ""

    @property
    def is_answered(self) -> bool:
        """Return whether a request was answered by what was asked for: neither by a failure nor by the way to a
        login."""
        return self.request is not None and not self.fails and not self.unseen


@dataclass(frozen=True)
class _Answer:
    """An answer; made: what it calls the thing that was made, empty if it calls it nothing."""

    status: int
    text: str
    made: str = ""
    size: int = 0
    ends: bool = True
    location: str = ""

    def is_right(self, request: Request) -> bool:
        """Return whether the request was answered: not so if it was led to a login."""
        return 0 < self.status < REFUSAL and not self.advice(request)

    def advice(self, request: Request) -> str:
        """Return what helps where the request is led to https, or to a login, so that its handler does not run; empty
        if it is not. A login is called so, or is told where to come back to."""
        path, led = request.path.split("?")[0], urlsplit(self.location)
        if self.status not in REDIRECTS:
            return ""
        if led.scheme == "https" and _is_of(path, led.path):
            return HTTPS_ADVICE
        back = [urlsplit(value).path for _, value in parse_qsl(led.query)]
        leads_to_login = LOGIN.search(led.path) or any(_is_of(path, each) for each in back)
        return LOGIN_ADVICE if leads_to_login and not LOGIN.search(path) else ""


def _is_of(requested: str, path: str) -> bool:
    """Return whether a path is the requested one, in which a number differs each time."""
    pattern = re.escape(requested)
    for placeholder, anything in ((NUMBER, r"\d+"), (MADE, "[^/]+")):
        pattern = pattern.replace(re.escape(placeholder), anything)
    return re.fullmatch(pattern, path) is not None


@dataclass(frozen=True)
class Trial:
    """An application that requests are tried on.

    Attributes:
        executable, application: what is tried.
        known: all its routes but those that are left out: among them are counterparts looked for.
        headers: go with all requests.
        logins: requests that are sent first, whose answers say who is asking.
        variables: of its environment, those that differ from ours.
        stall: seconds without an answer after which a process counts as hung.
    """

    executable: str
    application: Application
    known: Sequence[Route]
    headers: Sequence[tuple[str, str]]
    logins: Sequence[Request]
    variables: Mapping[str, str]
    stall: float

    def of(self, asked: Sequence[Route]) -> dict[str, Tried]:
        """Try the candidates of each route until one is answered; by the routes' names. UsageError if the application
        does not start."""
        tried = asyncio.run(self._all(asked))
        refused = [route for route in asked if tried[route.name].request is None]
        return {**tried, **self._with_made(refused, tried)}

    def _with_made(self, refused: Sequence[Route], tried: Mapping[str, Tried]) -> dict[str, Tried]:
        """Return those of the routes that are answered once what their paths lead to is made."""
        makers = {route: found for route in refused if (found := routes.maker(route, self.known))}
        others = {each.name: each for each in makers.values() if each.name not in tried}
        known = {**tried, **(asyncio.run(self._all(list(others.values()))) if others else {})}
        again, undone = [], {}
        for route, maker in makers.items():
            request = known[maker.name].request
            if request and request.counterpart and route.name.startswith("DELETE "):
                undone[route.name] = known[maker.name]
            elif request and not known[maker.name].fails and NUMBER not in request.path:
                again.append(routes.of_made(route, maker, request))
        answered = asyncio.run(self._all(again)) if again else {}
        return {**undone, **{name: each for name, each in answered.items() if each.request and not each.fails}}

    async def _all(self, asked: Sequence[Route]) -> dict[str, Tried]:
        left = sorted(asked, key=lambda route: ORDER.index(route.name.split()[0]))
        tried: dict[str, Tried] = {}
        while left:
            async with AsyncExitStack() as stack:
                worker = await self._open(stack)
                is_fit = True
                while left and is_fit:
                    route = left.pop(0)
                    tried[route.name], is_fit = await self._one(worker, route)
                if is_fit:
                    with suppress(WorkerError):  # what it takes at its start it gives up at its end
                        await worker.close(self.stall)
        return {route.name: tried[route.name] for route in asked}

    async def _open(self, stack: AsyncExitStack) -> Worker:
        """A process that serves the application."""
        try:
            worker = await stack.enter_async_context(Worker(self.executable, seed=0, settings=self.variables))
            logins = [request.route for request in self.logins]
            where: requests.Where = {**self.application.where, "routes": [], "logins": logins}
            request: requests.Open = {"directory": worker.directory, "concurrency": 1, "seed": 0, "capacity": 0}
            request.update({"application": where, "hands_off": True})
            await worker.ask(self.stall, do="open", **request)
        except (WorkerError, OSError) as error:
            raise UsageError(_why_not_opened(self.application.name, error)) from None
        return worker

    async def _one(self, worker: Worker, route: Route) -> tuple[Tried, bool]:
        """Try one route; what came of it, and whether the process is fit for others. One that only fails is measured
        all the same: that tells what it raises."""
        answers: list[tuple[Request, _Answer]] = []
        for candidate in route.candidates:
            request = candidate.with_headers(self.headers)
            other = routes.counterpart(route, request, self.known)
            answer, differs = await self._answer(worker, request, other.names if other else NAMES)
            if answer.status == ENDED:
                return Tried(request, fails=True), False
            if answer.is_right(request) and other and (differs or not other.name):
                return replace(await self._with_counterpart(worker, request, other), size=answer.size), True
            if answer.is_right(request):
                makes_rows = answer.status == CREATED or (differs and request.method == "POST")
                return Tried(request, makes_rows=makes_rows, size=answer.size), True
            answers.append((request, answer))
            if answer.status == SILENT:
                return Tried(None, answer.text, endless=None if answer.ends else request), False
        return _of_refused(route, answers), True

    async def _with_counterpart(self, worker: Worker, request: Request, other: Counterpart) -> Tried:
        """An answered request with its counterpart, if that is answered too. What an answer calls the same twice was
        not made by the request: nothing is taken away then."""
        whole = replace(request, counterpart=other)
        for _ in range(TIMES):
            if not (await self._sent(worker, whole, other.names)).is_right(request):
                return Tried(request, makes_rows=True)
        return Tried(whole)

    async def _answer(self, worker: Worker, request: Request, names: Sequence[str]) -> tuple[_Answer, bool]:
        """The answer of the last of several times, or the first that is not right; whether each calls what was made
        something else."""
        made = set()
        for _ in range(TIMES):
            answer = await self._sent(worker, request, names)
            made.add(answer.made)
            if not answer.is_right(request):
                break
        return answer, "" not in made and len(made) == TIMES

    async def _sent(self, worker: Worker, request: Request, names: Sequence[str]) -> _Answer:
        try:
            reply = await worker.ask(PATIENCE + self.stall, do="try", route=request.route, names=names)
        except WorkerError:
            return _Answer(ENDED, "")
        return _Answer(reply["status"], reply["text"], reply["made"], reply["size"], reply["ends"], reply["location"])


def _why_not_opened(name: str, error: Exception) -> str:
    """Return why nothing can be tried: the application does not start, or a login was refused."""
    failure = error.failure if isinstance(error, WorkerError) else None
    first = failure.raised[0] if failure and failure.raised else None
    if first and first.type == REFUSED_LOGIN:
        return f"{name}: {first.message}: give --login the credentials that it expects"
    return f"{name} does not start: {error}"


def _of_refused(route: Route, answers: Sequence[tuple[Request, _Answer]]) -> Tried:
    """Return what came of a route whose candidates were all led to a login, refused or failed."""
    for request, answer in answers:
        if advice := answer.advice(request):
            return Tried(request, unseen=_unseen(request, answer, advice))
    failed = [request for request, answer in answers if answer.status >= FAILURE]
    if failed and len(failed) == len(answers):
        return Tried(failed[0], fails=True)
    return Tried(None, _reason(route, [each for each in answers if each[1].status < FAILURE]))


def _unseen(request: Request, answer: _Answer, advice: str) -> str:
    """Return why what lies behind a login, or is served over https alone, stays unseen."""
    return f"answered {answer.status} to {str(request)!r}, which leads to {answer.location[:120]}: {advice}"


def _reason(route: Route, answers: Sequence[tuple[Request, _Answer]]) -> str:
    """Return why no request of a route was answered, by the first answer, and what would help."""
    if not answers and route.name.startswith(WEBSOCKET):
        return route.problem
    if not answers:
        return f"{route.problem or 'nothing is known of what it takes'}: give --request '{route.name}'"
    request, answer = answers[0]
    said = f" ({answer.text[:120]})" if answer.text else ""
    advice = ADVICE.get(answer.status, USUAL).format(request=f"'{route.name}'")
    return f"answered {answer.status} to {str(request)!r}{said}: {advice}"
