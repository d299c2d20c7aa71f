"""Releases measured, each in a throw-away environment of its own; what becomes of them is kept at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice

from find_mem_leaks import runner
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import listing
from find_mem_leaks.history.releases.outcomes import Course, Outcome
from find_mem_leaks.history.releases.package_index import IndexUnreachableError
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Job, Progress
from find_mem_leaks.subjects import environments

# What uv says when it is the network that failed, not the package.
NETWORK = re.compile(r"error sending request|failed to (fetch|download)|dns error|timed out", re.IGNORECASE)
DRAWN = re.compile(r"[╰─▶×│├╴]+")
HEADINGS = re.compile(r"\b(error|cause): ")
MOST_REASON = 200


class InterruptedByHandError(KeyboardInterrupt):
    """Measuring was ended by hand; what was finished is kept."""


def measure(
    course: Course,
    versions: Sequence[str],
    index: str,
    keep: Callable[[Outcome], None],
    progress: Progress,
    at_once: int,
    *,
    online: bool = True,
) -> None:
    """Measure these releases, ``at_once`` at a time, and hand each outcome to ``keep``.

    A release that cannot be installed is n/a. IndexUnreachableError if it is the index that fails, KeyboardInterrupt if
    it was ended by hand. online: False installs from uv's cache alone.
    """
    for some in _chunks(versions, at_once):
        with ExitStack() as throw_away:
            jobs = []
            for version in some:
                try:
                    jobs.append(_job(course, version, index, throw_away, online=online))
                except UsageError as error:
                    _check_network(course, version, index, str(error), online=online)
                    keep(Outcome(version, None, reason(str(error))))
            if not runner.run(jobs, at_once, progress, lambda cell: _keep(course, cell, keep)):
                raise InterruptedByHandError


def _chunks(versions: Sequence[str], size: int) -> Iterator[list[str]]:
    left = iter(versions)
    while some := list(islice(left, size)):
        yield some


def _job(course: Course, version: str, index: str, throw_away: ExitStack, *, online: bool) -> Job:
    """The job of one release, in an environment that is built for it; UsageError if that fails.

    The job is labelled with the release: that is what people see while it runs.
    """
    where = ["--default-index", index, *([] if online else ["--offline"])]
    wanted = [*where, f"{course.package}=={version}", *course.requirements, "psutil"]
    python = throw_away.enter_context(environments.throw_away(course.python, wanted))
    environment = environments.describe(python, ())
    if course.order.file is None:
        environments.check_sqlalchemy(environment)
    return Job(environment, replace(course.order, label=version))


def _keep(course: Course, cell: Cell, keep: Callable[[Outcome], None]) -> None:
    """Hand on a cell under its stack's name; one that was interrupted is worth nothing here."""
    if not cell.interrupted:
        named = replace(cell, stack=course.order.label or course.order.stack)
        keep(Outcome(cell.stack, named, cell.reason))


def _check_network(course: Course, version: str, index: str, message: str, *, online: bool) -> None:
    """Tell a release that does not install from an index that does not answer."""
    if not online:
        raise IndexUnreachableError(f"{course.package} {version} is not kept, and there is no network to install it")
    if NETWORK.search(message):
        raise IndexUnreachableError(f"{course.package} {version} could not be downloaded: {reason(message)}")
    listing.fetch(course.package, index)


def reason(message: str) -> str:
    """Return what uv said, on one line, without its drawings."""
    message = DRAWN.sub(" ", message.removeprefix("the environment could not be built:"))
    message = HEADINGS.sub("", " ".join(message.split()))
    return message if len(message) <= MOST_REASON else message[: MOST_REASON - 1] + "…"
