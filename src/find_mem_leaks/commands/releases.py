"""``releases``: since when does it leak? One workload over the releases of a PyPI package, or by halves to the one
release where the verdict turns."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from packaging.version import InvalidVersion, Version

from find_mem_leaks import errors
from find_mem_leaks.commands import course, listing, values
from find_mem_leaks.commands import databases as servers
from find_mem_leaks.commands.options import Group, Verb, option, verbosity
from find_mem_leaks.history.releases import ledger, package_index, table, timeline
from find_mem_leaks.history.releases.line import Line
from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.listing import write as write_listing
from find_mem_leaks.history.releases.outcomes import Outcome, Store
from find_mem_leaks.history.releases.package_index import IndexUnreachableError
from find_mem_leaks.history.releases.site import LEDGER, Site, SiteError
from find_mem_leaks.history.releases.timeline import Halving, Turn
from find_mem_leaks.reports import terminal
from find_mem_leaks.reports.progress import Board
from find_mem_leaks.subjects import databases

FOLDER = Path(".asv") / "releases"
OUTCOMES = "outcomes"


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise argparse.ArgumentTypeError(f"{text!r} is not a version") from None


LINE = Group(
    "which releases",
    option("--since V", "from this release or series on", _version),
    option("--until V", "up to this release or series, included", _version),
    option("--every K", "every K-th release, and the last", values.whole, default=1),
    option("--pre", "pre-releases too"),
    option(
        "--yanked",
        "include yanked releases (default: yes, except with --bisect)",
        action=argparse.BooleanOptionalAction,
    ),
    option("--bisect", "binary search for the release in which the verdict changes; no site"),
)
LOAD = Group(
    "what is measured",
    option("--stack NAME", f"a stack of `list` (default: {course.STACK})"),
    option("-s --scenario NAME", "a scenario of `list`, or an operation of the file"),
    option("--python PYTHON", "an interpreter: a path, or an installed version such as 3.9"),
    option(
        "--with PACKAGE ...",
        "install this beside each release, such as 'greenlet<3'; may be repeated",
        default=[],
        dest="requirements",
    ),
    option(
        "--database NAME|URL ...",
        f"give the file a server's URL as {databases.VARIABLE}: of a server of this call's own, "
        f"{' or '.join(databases.SERVERS)}, or of a driver as for `run`; or of one that runs",
    ),
    option("--limit B", "clean is under this many bytes per operation", values.positive),
    option("--time-cap S", "seconds for a release", values.positive),
    option("--quick", "shorter, for leaks above 8 B/op"),
    option("-j --jobs N", "releases at once (default: one per core)", values.whole),
)
OUTPUT = Group(
    "output",
    option("-o --output DIR", f"keep everything there (default: {FOLDER}/PACKAGE)", Path),
    option("-f --force", "measure anew what was measured before"),
    option("--no-site", "print the table and publish no site"),
    option("--json", "print JSON instead of a table"),
    *verbosity("a line per release"),
)
VERB = Verb(
    "releases",
    "measure over the releases of a PyPI package: since when does it leak?",
    option("package PACKAGE", "a name on PyPI, or on the index that uv or pip is set to"),
    option("workload FILE", "a Python file as for `run`, or a stack's name", nargs="?"),
    LINE,
    LOAD,
    OUTPUT,
    description="Measure one stack, or a file of your own, over the releases of a PyPI package, each in an environment "
    "of its own; publish the line as an asv site. What was measured is kept and not measured again. Exit with 3 if the "
    "last release leaks.",
)


def run(arguments: argparse.Namespace) -> int:
    try:
        return _run(arguments)
    except (IndexUnreachableError, SiteError) as error:
        print(f"find-mem-leaks: error: {error}", file=sys.stderr)
        return errors.FAILED


def _run(arguments: argparse.Namespace) -> int:
    if _has_site(arguments):
        errors.require("asv", of="releases", extra="history")
    package = course.package(arguments.package)
    asked_for = course.course(arguments, package)
    index = package_index.configured()
    folder: Path = arguments.output or FOLDER / package
    listing.check_folder(folder)
    everything, online = listing.find(package, index, folder)
    listed = listing.chosen(arguments, everything, package)
    folder.mkdir(parents=True, exist_ok=True)
    write_listing(folder / listing.KEPT, everything)
    line = Line(asked_for, listed, index, online, Store(folder / OUTCOMES, asked_for))
    line.recall(force=arguments.force)
    with ExitStack() as throw_away:
        if asked_for.order.database:
            line.server = servers.server(asked_for.order.database, throw_away)
        if arguments.bisect:
            return _bisect([*_quickly(line, arguments, folder), line], arguments)
        return _whole_line(line, arguments, Site(folder, package, index), everything)


def _has_site(arguments: argparse.Namespace) -> bool:
    """Return whether the call ends with a site, which asv makes; measuring and halving do without it."""
    return not (arguments.bisect or arguments.no_site)


def _quickly(line: Line, arguments: argparse.Namespace, folder: Path) -> list[Line]:
    """The same line by the rules of --quick, which tell the large leaks in a third of the time; none where the person
    has said by which rules. What is known by the line's own rules is known."""
    if arguments.quick or arguments.limit or arguments.time_cap:
        return []
    rules = course.quick(line.course)
    quick = replace(line, course=rules, store=Store(folder / OUTCOMES, rules), outcomes={}, fresh=[])
    quick.recall(force=arguments.force)
    quick.outcomes.update(line.outcomes)
    return [quick]


def _at_once(arguments: argparse.Namespace) -> int:
    return arguments.jobs or os.cpu_count() or 1


def _whole_line(line: Line, arguments: argparse.Namespace, site: Site, everything: Sequence[Release]) -> int:
    unmeasured = [one.version for one in line.listed if one.version not in line.outcomes]
    try:
        with Board(len(unmeasured), arguments.verbosity) as board:
            line.measure(unmeasured, board, _at_once(arguments))
    finally:
        _show(line, timeline.turns(line.known), arguments)
    if _has_site(arguments):
        _publish(line, arguments, site, everything)
    return _exit_code(line, {arguments.since, arguments.until})


def _show(line: Line, turns: Sequence[Turn], arguments: argparse.Namespace) -> None:
    """Print what is known, also where measuring was broken off."""
    if arguments.json:
        print(json.dumps(table.to_json(line.course.package, line.listed, line.outcomes, turns), indent=2))
        return
    if not line.known:
        return
    table.render(line.listed, line.outcomes, terminal.console())
    if not arguments.bisect:
        for sentence in [table.told(turn) for turn in turns] or [table.alike(line.known)]:
            print(sentence)


def _publish(line: Line, arguments: argparse.Namespace, site: Site, everything: Sequence[Release]) -> None:
    commits = ledger.write(site.folder / LEDGER, line.course.package, everything)
    site.configure(line.course, commits, course.one_more(arguments, line.course, site.folder), line.store.folder)
    measured = [commits[outcome.release] for outcome in line.known]
    site.run(line.course, measured, [commits[version] for version in line.fresh])
    site.publish(commits)
    if not arguments.json:
        print(f"site: {site.html}/index.html (python -m http.server -d {site.html})")


def _bisect(lines: Sequence[Line], arguments: argparse.Namespace) -> int:
    """Halve the first of the lines on which a leak is seen; the later ones see smaller leaks, and take longer."""
    began = time.monotonic()
    for line in lines:
        with Board(len(line.listed).bit_length() + 1, arguments.verbosity) as board:
            halving, looked = _halve(line, board, arguments, is_last=line is lines[-1])
        if halving.turns or (halving.last and halving.last.leaks):
            break
    turns = len(timeline.turns(line.known))
    line.outcomes = {version: outcome for version, outcome in line.outcomes.items() if version in looked}
    _show(line, halving.turns, arguments)
    if not arguments.json:
        judged = sum(outcome.leaks is not None for outcome in line.known)
        _tell(halving, judged, turns, course.whole_line(arguments, line.course.package))
        measured, took = sum(len(one.fresh) for one in lines), time.monotonic() - began
        print(f"looked at {len(looked)} of {len(line.listed)} releases, measured {measured} cells, in {took:.0f} s")
    return _exit_code(line, {arguments.since, arguments.until})


def _tell(halving: Halving, judged: int, turns: int, command: str) -> None:
    """Print what halving found, and what it may have missed."""
    for turn in halving.turns:
        print(table.told(turn))
    if len(halving.turns) != 1:
        print(table.same_ends(halving, judged))
    if offer := table.whole_line(halving, turns, command):
        print(offer)


def _halve(line: Line, board: Board, arguments: argparse.Namespace, *, is_last: bool) -> tuple[Halving, set[str]]:
    """The turn on a line, and the versions that were looked at; both ends are told first, if that is what counts."""

    def say(first: Outcome, last: Outcome) -> None:
        if not arguments.json and (is_last or first.leaks or last.leaks):
            print(table.ends(first, last), flush=True)

    return line.halve(board, _at_once(arguments), say)


def _exit_code(line: Line, named: Collection[Version | None]) -> int:
    """3 if the last release of which something is known leaks; 1 if nothing is known of any. One that was withdrawn and
    not named does not count beside others."""
    judged = [outcome for outcome in line.known if outcome.leaks is not None]
    if not judged:
        return errors.FAILED
    withdrawn = {one.version for one in line.listed if one.yanked and one.number not in named}
    last = ([outcome for outcome in judged if outcome.release not in withdrawn] or judged)[-1]
    return errors.LEAK if last.leaks else errors.CLEAN
