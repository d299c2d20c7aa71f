"""What pytest's fixtures keep of those that depended on them.

A fixture that is set up for one call leaves word with each wider fixture that it depends on, and with the module or
session that this lives as long as: to be torn down before it. Once it is torn down that is word of nothing; pytest
keeps it, with the request of the call, for as long as the wider one lives, which in a suite is a few hundred calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Optional, Sequence, Set

if TYPE_CHECKING:
    import pytest
    from _pytest.fixtures import FixtureDef

    Fixture = FixtureDef[object]
    Finalizer = Callable[[], object]


def fixtures(item: pytest.Item) -> List[Fixture]:
    """Return those that a call has asked for, while it lasts."""
    request = getattr(item, "_request", None) or getattr(item, "fixture_request", None)
    return list(getattr(request, "_fixture_defs", {}).values())


def prune(requested: Sequence[Fixture], session: pytest.Session) -> None:
    """Drop what would tear down fixtures that are torn down, and repetitions; what tests leave to be done is kept.

    Args:
        requested: fixtures that a call has asked for.
        session: that of pytest.
    """
    for finalizers in _lists(requested, session):
        if len(finalizers) > 1:
            kept = list(_kept(finalizers))
            if len(kept) < len(finalizers):
                finalizers[:] = kept


def _lists(requested: Sequence[Fixture], session: pytest.Session) -> Iterator[List[Finalizer]]:
    for fixture in requested:
        yield getattr(fixture, "_finalizers", [])
    for finalizers, _ in session._setupstate.stack.values():
        yield finalizers


def _kept(finalizers: List[Finalizer]) -> Iterator[Finalizer]:
    seen: Set[int] = set()
    for finalizer in finalizers:
        fixture = _fixture(finalizer)
        if fixture is None:
            yield finalizer
        elif fixture.cached_result is not None and id(fixture) not in seen:
            seen.add(id(fixture))
            yield finalizer


def _fixture(finalizer: Finalizer) -> Optional[Fixture]:
    """The fixture that this tears down and that is all it does; None if it does anything else."""
    function = getattr(finalizer, "func", None)
    if getattr(function, "__name__", "") == "finish":
        return _as_fixture(getattr(function, "__self__", None))
    if getattr(finalizer, "__qualname__", "") != "FixtureRequest._schedule_finalizers.<locals>.<lambda>":
        return None
    cells = (cell.cell_contents for cell in finalizer.__closure__ or ())
    return next(filter(None, map(_as_fixture, cells)), None)


def _as_fixture(candidate: Any) -> Optional[Fixture]:
    return candidate if hasattr(candidate, "cached_result") else None
