"""Set a context variable for each request and keep the token to reset it with; the reset never comes.

Leaks: each token keeps the value that it replaced (96 bytes), beside itself (64) and its place in the list.
"""

import contextvars

TRUTH = "leaking"
RATE = 168.5
HOLDER = "TOKENS"
REQUEST = contextvars.ContextVar("REQUEST", default=b"")
TOKENS = []


def operation(i):
    TOKENS.append(REQUEST.set(b"%016d" % i + bytes(47)))  # leaks
    return REQUEST.get()[:16].lstrip(b"0")
