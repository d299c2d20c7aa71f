"""Bind a log variable whose name has the request's number in it, then clear them all.

Leaks: structlog makes a ContextVar for each name and keeps it, even when its value has been cleared.
"""

from structlog.contextvars import bind_contextvars

TRUTH = "leaking"
RATE = None
REQUIRES = ("structlog",)


def operation(i):
    if i % 20 == 0:
        bind_contextvars(**{f"request_{i}": i})  # leaks
    return i
