"""What an interpreter has: its version, the versions of packages, and which modules a stack would miss."""

from __future__ import annotations

import importlib.util
import platform
import sys
from typing import TYPE_CHECKING, Iterable, List, Optional

if TYPE_CHECKING:
    from . import replies

PACKAGES = (
    "sqlalchemy",
    "aiosqlite",
    "greenlet",
    "fastapi",
    "starlette",
    "pydantic",
    "uvicorn",
    "dependency-injector",
    "peewee",
    "psycopg",
    "psycopg2",
    "psycopg2-binary",
    "asyncpg",
    "pymysql",
    "mysqlclient",
    "asyncmy",
    "aiomysql",
    "psutil",
)


def _version(package: str) -> Optional[str]:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def missing(modules: Iterable[str]) -> List[str]:
    return [module for module in modules if importlib.util.find_spec(module) is None]


def describe(modules: Iterable[str]) -> replies.Describe:
    """The interpreter's versions, and those of ``modules`` that it cannot find."""
    return {
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "packages": {package: _version(package) for package in PACKAGES},
        "missing": missing(modules),
    }
