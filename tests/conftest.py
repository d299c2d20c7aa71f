"""Fixtures for all tests: interpreters to measure in, stacks of the tests' own, a short series."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import debian
from find_mem_leaks.subjects import catalogue, environments
from find_mem_leaks.subjects.environments import Environment

# An example may take any time: the machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SERIES = ("1.4", "2.0", "2.1")
GROUPS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["dependency-groups"]
MALLOC_PACKAGES = {"jemalloc": "libjemalloc2", "mimalloc": "libmimalloc2.0", "tcmalloc": "libtcmalloc-minimal4"}
LIBRARIES = {"tcmalloc": "tcmalloc_minimal"}
OWN_STACKS = Path(__file__).parent / "stacks"


def with_own_stacks(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A copy of the measured wing to which the tests' own stacks are added: nothing else is touched."""
    measured = folder / "measured"
    shutil.copytree(catalogue.MEASURED, measured, ignore=shutil.ignore_patterns("__pycache__"))
    for file in OWN_STACKS.glob("*.py"):
        shutil.copy(file, measured / "stacks")
    patch.setattr(catalogue, "MEASURED", measured)
    return measured / "stacks"


@pytest.fixture
def own_stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stacks are in such a copy."""
    return with_own_stacks(tmp_path, monkeypatch)


@pytest.fixture
def this_environment() -> Environment:
    """The interpreter that runs the tests."""
    return environments.describe(sys.executable, ())


@pytest.fixture(scope="session")
def python_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The path of an interpreter with a SQLAlchemy series and what the stacks need, built once per test process."""
    built: dict[str, str] = {}
    open_environments = []

    def get(series: str) -> str:
        if series not in built:
            requirements = [f"sqlalchemy[asyncio]=={series}.*", *GROUPS["stacks"], *GROUPS["drivers"]]
            environment = environments.throw_away(sys.executable, requirements)
            open_environments.append(environment)
            built[series] = environment.__enter__()
        return built[series]

    yield get
    for environment in open_environments:
        environment.__exit__(None, None, None)


@pytest.fixture(scope="session")
def malloc_libraries() -> dict[str, str]:
    """Libraries with another malloc, as ``LD_PRELOAD`` takes them; they are installed where they are missing."""
    debian.install(
        lambda: [package for name, package in MALLOC_PACKAGES.items() if not find_library(LIBRARIES.get(name, name))]
    )
    return {name: str(find_library(LIBRARIES.get(name, name))) for name in MALLOC_PACKAGES}


@pytest.fixture(scope="module")
def chromium() -> str | None:
    """The browser's path; it is installed where it is missing."""
    debian.install(lambda: [] if shutil.which("chromium") else ["chromium"])
    return shutil.which("chromium")


@pytest.fixture(scope="module")
def browser(chromium: str | None) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def site(html: Path) -> Iterator[str]:
    """The address of the site that a module's own fixture ``html`` has published."""
    from site_in_browser import serving

    with serving(html) as address:
        yield address


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A page of it that reaches no other server."""
    from site_in_browser import opened

    with opened(browser, site, viewport={"width": 1400, "height": 1000}) as found:
        yield found
