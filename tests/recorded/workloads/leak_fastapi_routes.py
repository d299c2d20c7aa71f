"""Add a route to a FastAPI application for each web hook that a customer creates.

Leaks: routes are never removed.
"""

from fastapi import FastAPI

TRUTH = "leaking"
RATE = 9190.0
REQUIRES = ("fastapi",)

_application = FastAPI()


def operation(i):
    async def hook(value: int = 0):
        return {"hook": i, "value": value}

    _application.add_api_route(f"/hooks/{i}", hook)  # leaks
