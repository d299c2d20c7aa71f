"""Stacks that leak on purpose: where these read as clean, the other figures mean nothing.

Of the controls only these have a history. Their classes are written by hand, each with the scenarios that it measures.
"""

from typing import Any

from .suite import ServedSuite, Suite


class AsyncScopedSessionWithoutRemove(Suite):
    stack = "async_scoped_session_without_remove"
    regular = Suite.quick

    def setup_cache(self) -> Any:
        return self.measure()


class IntendedLeak(ServedSuite):
    stack = "intended_leak"
    params = (
        "sync_handler",
        "async_handler",
        "pydantic_body",
        "nested_response",
        "http_exception",
        "dependency_with_yield",
        "background_task",
        "leak_in_handler",
        "leak_in_background_task",
    )
    quick = ("leak_in_handler",)
    regular = ("async_handler", "leak_in_handler")

    def setup_cache(self) -> Any:
        return self.measure()
