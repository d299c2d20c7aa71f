"""SQLAlchemy alone: sync and async, plain and scoped sessions."""

from typing import Any

from .suite import Suite


class AsyncScopedSession(Suite):
    stack = "async_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class AsyncSession(Suite):
    stack = "async_session"

    def setup_cache(self) -> Any:
        return self.measure()


class SyncScopedSession(Suite):
    stack = "sync_scoped_session"

    def setup_cache(self) -> Any:
        return self.measure()


class SyncSession(Suite):
    stack = "sync_session"

    def setup_cache(self) -> Any:
        return self.measure()
