"""SQLAlchemy behind FastAPI, and behind Starlette."""

from typing import Any

from .suite import ServedSuite


class FastapiAsyncScopedSession(ServedSuite):
    stack = "fastapi_async_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiAsyncSession(ServedSuite):
    stack = "fastapi_async_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiSyncScopedSession(ServedSuite):
    stack = "fastapi_sync_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiSyncSession(ServedSuite):
    stack = "fastapi_sync_session"

    def setup_cache(self) -> Any:
        return self.measure()


class StarletteAsyncSession(ServedSuite):
    stack = "starlette_async_session"

    def setup_cache(self) -> Any:
        return self.measure()
