"""What the served stacks have in common that work on an engine of their own, which is synchronous or not."""

from __future__ import annotations

from typing import Any

from . import engines, models
from .requests import REQUESTS


class OnEngine:
    """A stack that says by ``_application`` what is served, once the tables are there and the pool is full."""

    requests = REQUESTS

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    async def open(self) -> Any:
        if engines.is_async(self._engine):
            async with self._engine.begin() as connection:
                await connection.run_sync(models.Base.metadata.create_all)
            await engines.fill_pool_async(self._engine)
        else:
            models.Base.metadata.create_all(self._engine)
            engines.fill_pool(self._engine)
        return self._application()

    async def close(self) -> None:
        disposed = self._engine.dispose()
        if engines.is_async(self._engine):
            await disposed

    def _application(self) -> Any:
        raise NotImplementedError
