"""Tracing of all threads, those too that began before: ``sys.settrace`` is of one, ``threading.settrace`` of new ones.

CPython traces all of them from 3.12 on. Before that a thread can only do so itself: where it takes work from a queue,
as anyio's threads do, or carries out that of a pool of the standard library. Work that it waits for already is missed.
"""

from __future__ import annotations

import contextlib
import functools
import queue
import sys
import threading
from concurrent.futures import thread as pools
from typing import Any, Callable, Optional

_trace_all: Any = getattr(threading, "settrace_all_threads", None)
_work_item: Any = getattr(pools, "_WorkItem", None)


def trace(call: Optional[Callable[..., Any]]) -> None:
    """Trace all threads but this one by that, or none."""
    if _trace_all is None:
        _let_them_trace_themselves()
        threading.settrace(call)
        return
    own = sys.gettrace()
    _trace_all(call)
    sys.settrace(own)


def trace_as_new_ones() -> None:
    """Trace this thread as those that begin now, or no longer; the main thread is left alone."""
    wanted = getattr(threading, "_trace_hook", None)
    if sys.gettrace() is not wanted and threading.current_thread() is not threading.main_thread():
        sys.settrace(wanted)


@functools.lru_cache(maxsize=None)
def _let_them_trace_themselves() -> None:
    """Patch queues and pools, once, so that each thread starts or stops its own tracing when it takes work."""
    get = queue.Queue.get

    def get_traced(*arguments: Any, **options: Any) -> Any:
        taken = get(*arguments, **options)
        trace_as_new_ones()
        return taken

    with contextlib.suppress(TypeError):  # one that gevent has put in its place, whose threads are no threads
        queue.Queue.get = get_traced  # type: ignore[method-assign]
    if _work_item is not None:
        run = _work_item.run

        def run_traced(*arguments: Any) -> Any:
            trace_as_new_ones()
            return run(*arguments)

        _work_item.run = run_traced
