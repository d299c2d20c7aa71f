"""Idle threads of pools with a known bound: of ``concurrent.futures.ThreadPoolExecutor``, which event loops and servers
use too, and of anyio, which FastAPI and Starlette use.

A pool starts a thread where none is idle: the busier the machine, the more it has, up to its bound.

Source: the pools' own counts of idle threads; of anyio the threads of its class, and no more than its limiters have
tokens.

Cannot see: a pool that came after they were looked for, so that a pool for each request is none; trio's.
"""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any, Callable, List

from .. import kinds

_EXECUTORS = "concurrent.futures.thread"
_ANYIO = "anyio._backends._asyncio"
_pools: List[Callable[[], Any]] = []
_tokens: List[float] = [0]


def find() -> None:
    """Look for the pools anew."""
    _pools[:] = map(weakref.ref, _of_class(_EXECUTORS, "ThreadPoolExecutor"))
    _tokens[:] = [sum(limiter.total_tokens for limiter in _of_class(_ANYIO, "CapacityLimiter"))]


def read() -> int:
    pools = filter(None, (reference() for reference in _pools))
    return sum(map(_of_executor, pools)) + _of_anyio()


def _of_class(module: str, name: str) -> List[Any]:
    """The objects of a class and of those that inherit from it; none where its module is not there or lacks it."""
    wanted = getattr(sys.modules.get(module), name, None)
    return kinds.among(gc.get_objects(), lambda kind: wanted in kind.__mro__) if wanted else []


def _of_executor(pool: Any) -> int:
    return int(min(pool._idle_semaphore._value, len(pool._threads)))


def _of_anyio() -> int:
    wanted = getattr(sys.modules.get(_ANYIO), "WorkerThread", None)
    if wanted is None or _tokens[0] == float("inf"):
        return 0
    threads = [thread for thread in threading.enumerate() if isinstance(thread, wanted)]
    return int(min(_tokens[0], sum(thread in thread.idle_workers for thread in threads)))
