"""Libraries that call the workload, as pytest calls a test: of what is outside of it their frames tell nothing."""

from __future__ import annotations

import os
from types import ModuleType
from typing import List

_folders: List[str] = []
_names: List[str] = []


def begin(*packages: ModuleType) -> None:
    """Take these packages for callers from here on."""
    _names[:] = [package.__name__ for package in packages]
    _folders[:] = [os.path.join(os.path.dirname(os.path.abspath(str(package.__file__))), "") for package in packages]


def is_of_caller(kind: type) -> bool:
    """Return whether a class is of one of them: what is new and its objects' own they have made anew for each
    operation."""
    return bool(_names) and str(getattr(kind, "__module__", "")).partition(".")[0] in _names


def is_caller(file: str) -> bool:
    """Return whether a file is of one of them."""
    return bool(_folders) and file.startswith(tuple(_folders))
