"""A served stack whose one endpoint raises each time, as it should."""

from starlette.applications import Starlette
from starlette.routing import Route

REQUIRES = ("starlette", "uvicorn")
SCENARIOS = {"unhandled_exception": None}
REQUESTS = {"unhandled_exception": ("GET", "/posts", None, 500)}


async def _raise(request):
    raise RuntimeError("no posts at all")


class Stack:
    requests = REQUESTS

    def __init__(self, path):
        pass

    async def open(self):
        return Starlette(routes=[Route("/posts", _raise)])

    async def close(self):
        pass
