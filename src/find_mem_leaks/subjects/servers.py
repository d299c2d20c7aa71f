"""Servers of applications that an environment lacks: fetched for the run, beside the environment."""

from __future__ import annotations

import atexit
from functools import cache

from find_mem_leaks import scratch
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import environments


@cache
def fetched(executable: str, package: str) -> str:
    """The folder that a server was installed into for an interpreter, once; gone when the run ends.

    UsageError, with the command that installs it, if it cannot be fetched.
    """
    folder = scratch.Folder("server")
    atexit.register(folder.remove)
    try:
        environments.install_into(folder.path, executable, [package])
    except UsageError as error:
        raise UsageError(
            f"{executable} lacks {package}, which serves the application, and it cannot be fetched: install it by "
            f"{executable} -m pip install {package} ({error})"
        ) from None
    return folder.path
