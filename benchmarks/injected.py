"""SQLAlchemy behind FastAPI, with sessions from dependency-injector."""

from typing import Any

from .suite import ServedSuite


class FastapiInjectorAsyncScopedSession(ServedSuite):
    stack = "fastapi_injector_async_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiInjectorAsyncSession(ServedSuite):
    stack = "fastapi_injector_async_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiInjectorSyncScopedSession(ServedSuite):
    stack = "fastapi_injector_sync_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class FastapiInjectorSyncSession(ServedSuite):
    stack = "fastapi_injector_sync_session"

    def setup_cache(self) -> Any:
        return self.measure()
