"""The blog behind FastAPI with its parts from a container of dependency-injector, the engine among them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from fastapi import FastAPI

from . import on_engines


def application(container: Any, endpoints: ModuleType) -> FastAPI:
    """An application with the router of ``endpoints``, a module that is wired to the container until it is unwired."""
    container.wire(modules=[endpoints])
    made = FastAPI()
    made.include_router(endpoints.router)
    return made


class Injected(on_engines.OnEngine):
    """A stack whose endpoints are those of a module, on the container's engine."""

    def __init__(self, container: Any, endpoints: ModuleType) -> None:
        super().__init__(container.engine())
        self._container, self._endpoints = container, endpoints

    def _application(self) -> FastAPI:
        return application(self._container, self._endpoints)

    async def close(self) -> None:
        self._container.unwire()
        await super().close()
