"""Bind the request's number and user to structlog's context, log into a list of 500 lines, and clear the context.

Does not leak: the names of the variables are always the same.
"""

import collections

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("structlog",)

LINES = collections.deque(maxlen=500)


class Output:
    def info(self, text):
        LINES.append(text)


_log = structlog.wrap_logger(
    Output(), processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()]
)


def operation(i):
    bind_contextvars(request=i, user=f"user-{i}")
    _log.bind(step=i % 3).info("done")
    clear_contextvars()
