"""The blog behind FastAPI with its parts from a container of dependency-injector."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from fastapi import FastAPI


def application(container: Any, endpoints: ModuleType) -> FastAPI:
    """An application with the router of ``endpoints``, a module that is wired to the container until it is unwired."""
    container.wire(modules=[endpoints])
    made = FastAPI()
    made.include_router(endpoints.router)
    return made
