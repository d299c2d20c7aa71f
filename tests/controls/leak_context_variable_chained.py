"""Set a context variable, in a coroutine, to a value that holds the one before it.

Leaks: a tuple of 56 bytes and a number of 32. The coroutines of a program share the context of its main task.
"""

from contextvars import ContextVar

TRUTH = "leaking"
RATE = 96.0
HOLDER = "LAST"
LAST = ContextVar("last", default=None)


async def operation(i):
    LAST.set((i, LAST.get()))  # leaks
