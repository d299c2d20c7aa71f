"""Which requests an application answers: tried in a measured process, before any route is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.requests import WEBDAV, Request
from find_mem_leaks.subjects.routes import Route

# The lowest status of an answer that refuses, and of one that a failure is.
REFUSAL, FAILURE = 400, 500
# Each request is sent so many times, with another number: what is taken once only is no request to measure by.
TIMES = 2
# Routes are tried in this order: what reads before what makes rows, so that a row which is there only since then is
# not taken for one that there always is.
ORDER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", *WEBDAV, "DELETE")
# Seconds that a request may go without an answer.
PATIENCE = 10.0
# What would help where a request was refused, by its status.
ADVICE = {
    401: "give --header, --cookie or --auth",
    403: "give --header, --cookie or --auth",
    404: "the path needs what is there: give --request {request}",
    405: "give --request with another method",
    409: "what it makes is there already: give --request {request} with {{i}} in it",
    429: "it limits how often it answers: lift that for the run",
}
USUAL = "give --request {request} with what it takes"


@dataclass(frozen=True)
class Tried:
    """What came of trying a route.

    Attributes:
        request: the first one that was answered; None if none was.
        reason: why none was, and what would help.
    """

    request: Request | None
    reason: str = ""


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str

    @property
    def is_right(self) -> bool:
        return 0 < self.status < REFUSAL


def try_out(
    executable: str,
    application: Application,
    routes: Sequence[Route],
    headers: Sequence[tuple[str, str]],
    variables: Mapping[str, str],
    stall: float,
) -> dict[str, Tried]:
    """Try the candidates of each route until one is answered; by the routes' names. UsageError if the application does
    not start."""
    return asyncio.run(_Trial(executable, application, headers, variables, stall).all(routes))


@dataclass(frozen=True)
class _Trial:
    executable: str
    application: Application
    headers: Sequence[tuple[str, str]]
    variables: Mapping[str, str]
    stall: float

    async def all(self, routes: Sequence[Route]) -> dict[str, Tried]:
        left = sorted(routes, key=lambda route: ORDER.index(route.name.split()[0]))
        tried: dict[str, Tried] = {}
        while left:
            async with AsyncExitStack() as stack:
                worker = await self._open(stack)
                while left:
                    route = left.pop(0)
                    try:
                        tried[route.name] = await self._one(worker, route)
                    except WorkerError:  # measuring it tells why the application ended
                        tried[route.name] = Tried(route.candidates[0].with_headers(self.headers))
                        break
        return {route.name: tried[route.name] for route in routes}

    async def _open(self, stack: AsyncExitStack) -> Worker:
        """A process that serves the application."""
        try:
            worker = await stack.enter_async_context(Worker(self.executable, seed=0, settings=self.variables))
            where = {**self.application.where, "routes": []}
            opening: dict[str, Any] = {"application": where, "concurrency": 1, "seed": 0, "capacity": 0}
            await worker.ask(self.stall, do="open", directory=worker.directory, hands_off=True, **opening)
        except (WorkerError, OSError) as error:
            raise UsageError(f"{self.application.name} does not start: {error}") from None
        return worker

    async def _one(self, worker: Worker, route: Route) -> Tried:
        """Try one route. One that only fails is measured all the same: that tells what it raises."""
        answers: list[tuple[Request, _Answer]] = []
        for candidate in route.candidates:
            answer = await self._answer(worker, candidate.with_headers(self.headers))
            if answer.is_right:
                return Tried(candidate.with_headers(self.headers))
            answers.append((candidate, answer))
        failed = [request for request, answer in answers if answer.status >= FAILURE]
        if failed and len(failed) == len(answers):
            return Tried(failed[0].with_headers(self.headers))
        return Tried(None, _reason(route, [each for each in answers if each[1].status < FAILURE]))

    async def _answer(self, worker: Worker, request: Request) -> _Answer:
        """The answer of the last of several times, or the first that is not right."""
        answer = _Answer(0, "")
        for _ in range(TIMES):
            reply = await worker.ask(PATIENCE + self.stall, do="try", route=request.route)
            answer = _Answer(reply["status"], reply["text"])
            if not answer.is_right:
                break
        return answer


def _reason(route: Route, answers: Sequence[tuple[Request, _Answer]]) -> str:
    """Why no request of a route was answered, by the first answer, and what would help."""
    if not answers:
        return f"{route.problem or 'nothing is known of what it takes'}: give --request '{route.name}'"
    request, answer = max(answers, key=lambda each: each[1].status > 0)
    if not answer.status:
        return answer.text
    said = f" ({answer.text[:120]})" if answer.text else ""
    advice = ADVICE.get(answer.status, USUAL).format(request=f"'{route.name}'")
    return f"answered {answer.status} to {str(request)!r}{said}: {advice}"
