"""What the process beside pytest is told: of the run as such, and of what is to be judged."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Sequence
from math import inf

import pytest

from find_mem_leaks.plugin.words import Call, Settings
from find_mem_leaks.pytest_plugin import MARK


def settings(config: pytest.Config) -> Settings:
    """Return what is the same for all tests of a run."""
    of_worker = getattr(config, "workerinput", None)
    given = of_worker["leaks_arguments"] if of_worker else [str(each) for each in config.invocation_params.args]
    return {
        "rootdir": str(config.rootpath),
        "configuration": str(config.inipath or ""),
        "arguments": without_targets(config, given, config.getoption("file_or_dir", [])),
        "jobs": config.getoption("leaks_jobs") or (1 if of_worker else os.cpu_count() or 1),
        "report": config.getoption("leaks_report"),
        "known": config.getoption("leaks_known"),
        "update": config.getoption("leaks_update_known"),
    }


def without_targets(config: pytest.Config, given: Sequence[str], targets: Sequence[str]) -> list[str]:
    """The arguments of a call of pytest without what it names; a word may be the value of an option too."""
    left = list(given)
    for target in reversed(targets):
        for place in [place for place, argument in enumerate(left) if argument == target][::-1]:
            without = [*left[:place], *left[place + 1 :]]
            if _number_of(config, target, without) < _number_of(config, target, left):
                left = without
                break
    return left


def _number_of(config: pytest.Config, target: str, words: Sequence[str]) -> float:
    """Return how often arguments name a target, by pytest's own parser; infinite if it does not take them."""
    try:
        return list(config._parser.parse_known_args(list(words)).file_or_dir).count(target)
    except (pytest.UsageError, SystemExit):
        return inf


def key(item: pytest.Item, number: int = 0) -> str:
    """Return what an answer is known by: the test, and which of the operations that it hands over, if any."""
    return f"{number}/{item.nodeid}"


def test(item: pytest.Item) -> Call:
    """A test that is to be judged as a whole; UsageError for a mark that means nothing."""
    mark = item.get_closest_marker(MARK)
    given = mark.kwargs if mark else {}
    unknown = [*given.keys() - {"limit", "seconds"}, *(mark.args if mark else ())]
    if unknown:
        raise pytest.UsageError(f"{item.nodeid}: the mark {MARK} takes limit= and seconds=, not {unknown[0]!r}")
    return _call(item, 0, "", given.get("limit"), given.get("seconds"))


def operation(item: pytest.Item, number: int, name: str, limit: float | None, seconds: float | None) -> Call:
    """An operation that a test hands over, the ``number``-th, with what the test's mark asks for where it says nothing
    else; UsageError for what means nothing."""
    marked = test(item)
    limit, seconds = marked["limit"] if limit is None else limit, marked["seconds"] if seconds is None else seconds
    return _call(item, number, name, limit, seconds)


def _call(item: pytest.Item, number: int, name: str, limit: object, seconds: object) -> Call:
    return {
        "key": key(item, number),
        "nodeid": _nodeid(item),
        "path": str(item.path),
        "number": number,
        "name": name,
        "limit": _number(item.nodeid, "limit", limit),
        "seconds": _number(item.nodeid, "seconds", seconds),
    }


def _number(nodeid: str, name: str, value: object) -> float | None:
    """Return a number above 0, or None; UsageError for any other value."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
        raise pytest.UsageError(f"{nodeid}: {name} is {value!r}: make it a number above 0")
    return value


def _nodeid(item: pytest.Item) -> str:
    """Return what a test is called without xdist, which before pytest 9 adds its groups with ``--dist loadgroup``."""
    if not item.config.getoption("loadgroup", default=False):
        return item.nodeid
    marks = item.iter_markers("xdist_group")
    groups = sorted({str((*mark.args, mark.kwargs.get("name", "default"))[0]) for mark in marks})
    return item.nodeid.removesuffix(f"@{'_'.join(groups)}")


def name(operation: object) -> str:
    """Return what an operation is called."""
    called = getattr(operation, "__name__", None) or type(operation).__name__
    return str(called)


def stop_clock(item: pytest.Item) -> None:
    """Allow a test the time that judging takes: pytest-timeout, if it is there, and ``faulthandler_timeout`` of pytest
    begin anew with the next test."""
    faulthandler.cancel_dump_traceback_later()
    cancel = getattr(item.ihook, "pytest_timeout_cancel_timer", None)
    if cancel is not None:
        cancel(item=item)
