"""The state of each request is put where a report was once made of the last ones."""

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

LEAKS = {"GET /basket": None}
HOLDER = "visits"

visits = []


async def basket(request):
    request.state.basket = bytearray(1_000)  # leaks
    visits.append(request.state)  # leaks
    return PlainTextResponse("empty")


async def health(request):
    request.state.basket = bytearray(1_000)
    return PlainTextResponse("fine")


app = Starlette(routes=[Route("/basket", basket), Route("/health", health)])
