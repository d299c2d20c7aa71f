"""What may be changed in a process: to see whether it helps, or to keep the garbage that it makes.

The collector's settings are those that the interpreter started with: this file is imported before any workload is.

Cannot see: settings that a site's own start-up files (``sitecustomize``) made before.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Callable, Dict

from .accounting import copies, trimming  # noqa: F401 - copies: before a workload, which may change `select`
from .allocators import mappings
from .probes import resident

if TYPE_CHECKING:
    from . import replies

_THRESHOLDS = gc.get_threshold()


def restore_collector() -> replies.Restore:
    """Give the collector the interpreter's own settings again; return its thresholds."""
    gc.set_threshold(*_THRESHOLDS)
    gc.unfreeze()
    gc.enable()
    return {"thresholds": list(_THRESHOLDS)}


def keep_garbage() -> replies.KeepGarbage:
    """Switch the collector off, so that what a process never collects stays here from the first operation on."""
    was_enabled = gc.isenabled()
    gc.disable()
    return {"was_enabled": was_enabled}


def _trim() -> None:
    if trimming.trim() is None:
        raise RuntimeError("the C library has no malloc_trim")


# What may be done between operations.
BETWEEN: Dict[str, Callable[[], object]] = {"collect": gc.collect, "trim": _trim}


def weigh(library: str) -> replies.Weigh:
    """Bytes of resident memory and of its peak; whether a library of that name is loaded (true for no name)."""
    return {"rss": resident.exact(), "peak": resident.peak(), "loaded": not library or _is_loaded(library)}


def _is_loaded(library: str) -> bool:
    """Return whether a file is mapped whose name is that of the library, whatever its version."""
    stem = library.partition(".so")[0]
    names = {os.path.basename(name) for _, _, _, name in mappings.every()}
    return any(name.partition(".so")[0] == stem for name in names)
