"""``releases``: since when does it leak? One workload over the releases of a PyPI package, or by halves to the one
release where the verdict turns."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from find_mem_leaks import catalogue, environments, errors, scenarios, workloads
from find_mem_leaks.catalogue import Stack
from find_mem_leaks.commands import run as run_
from find_mem_leaks.commands import selection, values
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history import ledger, measuring, releases, table, timeline
from find_mem_leaks.history.outcomes import Course, Outcome, Store
from find_mem_leaks.history.release_site import LEDGER, Site, SiteError
from find_mem_leaks.history.releases import IndexUnreachableError, Release
from find_mem_leaks.history.timeline import Halving, Turn
from find_mem_leaks.protocols import Order
from find_mem_leaks.reports import terminal
from find_mem_leaks.reports.progress import NORMAL, QUIET, VERBOSE, Board
from find_mem_leaks.scenarios import Scenario

FOLDER = Path(".asv") / "releases"
LISTING, OUTCOMES = "releases.json", "outcomes"
STACK = "sync_session"
MOST_NAMED = 4


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "releases",
        help="measure over the releases of a PyPI package: since when does it leak?",
        description="Measure one stack, or a file of your own, over the releases of a PyPI package, each in an "
        "environment of its own; publish the line as an asv site. What was measured is kept and not measured again. "
        "Exit with 3 if the last release leaks.",
        allow_abbrev=False,
    )
    verb.add_argument("package", metavar="PACKAGE", help="a name on PyPI, or on the index that uv or pip is set to")
    verb.add_argument("workload", nargs="?", metavar="FILE", help="a Python file with operation(i), or a stack's name")
    _add_line(verb)
    _add_load(verb)
    _add_output(verb)
    verb.set_defaults(run=run)


def _add_line(verb: Any) -> None:
    line = verb.add_argument_group("which releases")
    line.add_argument("--since", type=_version, metavar="V", help="from this release or series on")
    line.add_argument("--until", type=_version, metavar="V", help="up to this release or series, included")
    line.add_argument("--every", type=values.whole, default=1, metavar="K", help="each K-th of them, and the last")
    line.add_argument("--pre", action="store_true", help="pre-releases too")
    line.add_argument("--yanked", action="store_true", help="releases too that were withdrawn")
    line.add_argument(
        "--bisect", action="store_true", help="only as many as it takes to find where the verdict turns; no site"
    )


def _add_load(verb: Any) -> None:
    load = verb.add_argument_group("what is measured")
    load.add_argument("--stack", metavar="NAME", help=f"a stack of `list` (default: {STACK})")
    load.add_argument("-s", "--scenario", metavar="NAME", help="a scenario of `list`")
    load.add_argument("--python", metavar="PYTHON", help="an interpreter: a path, or an installed version such as 3.9")
    load.add_argument(
        "--with",
        action="append",
        default=[],
        dest="requirements",
        metavar="PACKAGE",
        help="install this beside each release, such as 'greenlet<3'; may be repeated",
    )
    load.add_argument("--limit", type=values.positive, metavar="B", help="clean is under this many bytes per operation")
    load.add_argument("--time-cap", type=values.positive, metavar="S", help="seconds for a release")
    load.add_argument("--quick", action="store_true", help="shorter, for leaks above 8 B/op")
    load.add_argument("-j", "--jobs", type=values.whole, metavar="N", help="releases at once (default: one per core)")


def _add_output(verb: Any) -> None:
    out = verb.add_argument_group("output")
    out.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help=f"keep everything there (default: {FOLDER}/PACKAGE)"
    )
    out.add_argument("-f", "--force", action="store_true", help="measure anew what was measured before")
    out.add_argument("--no-site", action="store_true", help="print the table and publish no site")
    out.add_argument("--json", action="store_true", help="print JSON instead of a table")
    out.add_argument(
        "-q", "--quiet", action="store_const", const=QUIET, default=NORMAL, dest="verbosity", help="no progress"
    )
    out.add_argument(
        "-v", "--verbose", action="store_const", const=VERBOSE, dest="verbosity", help="a line per release"
    )


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise argparse.ArgumentTypeError(f"{text!r} is no version") from None


@dataclass
class Line:
    """A line of releases that is being measured: what is listed, and what has become of it so far.

    fresh: the versions that were measured in this call.
    """

    course: Course
    listed: Sequence[Release]
    index: str
    online: bool
    store: Store
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)

    def recall(self, *, force: bool) -> None:
        """Take up what earlier calls have kept, or forget it; what failed is always tried again."""
        for release in self.listed:
            outcome = None if force else self.store.get(release.version)
            if outcome is None or not outcome.is_final:
                self.store.forget(release.version)
            else:
                self.outcomes[release.version] = outcome

    def measure(self, versions: Sequence[str], board: Board, at_once: int) -> None:
        """Measure those of the versions that nothing is known of yet."""
        left = [version for version in versions if version not in self.outcomes]
        measuring.measure(self.course, left, self.index, self._keep, board, at_once, online=self.online)

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.release] = outcome
        self.fresh.append(outcome.release)
        self.store.keep(outcome)

    @property
    def known(self) -> list[Outcome]:
        """What has become of the releases, in their order."""
        return [self.outcomes[one.version] for one in self.listed if one.version in self.outcomes]


def run(arguments: argparse.Namespace) -> int:
    try:
        return _run(arguments)
    except (IndexUnreachableError, SiteError) as error:
        print(f"find-mem-leaks: error: {error}", file=sys.stderr)
        return errors.FAILED


def _run(arguments: argparse.Namespace) -> int:
    package = _package(arguments.package)
    course = _course(arguments, package)
    index = releases.configured_index()
    folder: Path = arguments.output or FOLDER / package
    _check_folder(folder)
    everything, online = _listing(package, index, folder)
    listed = _chosen(arguments, everything, package)
    folder.mkdir(parents=True, exist_ok=True)
    releases.write(folder / LISTING, everything)
    line = Line(course, listed, index, online, Store(folder / OUTCOMES, course))
    line.recall(force=arguments.force)
    if arguments.bisect:
        return _bisect([*_quickly(line, arguments, folder), line], arguments)
    return _whole_line(line, arguments, Site(folder, package, index), everything)


def _quickly(line: Line, arguments: argparse.Namespace, folder: Path) -> list[Line]:
    """The same line by the rules of --quick, which tell the large leaks in a third of the time; none where the person
    has said by which rules. What is known by the line's own rules is known."""
    if arguments.quick or arguments.limit or arguments.time_cap:
        return []
    rules, time_cap = selection.QUICK_RULES, selection.QUICK_TIME_CAP
    course = replace(line.course, order=replace(line.course.order, rules=rules, time_cap=time_cap))
    quick = replace(line, course=course, store=Store(folder / OUTCOMES, course), outcomes={}, fresh=[])
    quick.recall(force=arguments.force)
    quick.outcomes.update(line.outcomes)
    return [quick]


def _package(name: str) -> str:
    """The package's name as indexes spell it; UsageError if it is none."""
    try:
        requirement = Requirement(name)
    except InvalidRequirement:
        raise UsageError(f"{name!r} is no package's name") from None
    if requirement.specifier or requirement.url or requirement.extras or requirement.marker:
        raise UsageError(
            f"{name!r} is more than a package's name: give versions by --since and --until, extras by --with"
        )
    return str(canonicalize_name(name))


def _course(arguments: argparse.Namespace, package: str) -> Course:
    python = environments.find_python(arguments.python or sys.executable)
    name = _workload(arguments)
    files = workloads.find([name])
    needed: tuple[str, ...] = ()
    if files:
        if arguments.scenario:
            raise UsageError(f"a file has no scenarios but the one that it is: leave out -s {arguments.scenario}")
        [(target, label)] = files.items()
        target = str(Path(target).resolve()) if Path(target).is_file() else target
        order = replace(_order(arguments, label, workloads.scenario(None)), file=target)
    else:
        stack = _stack(name)
        order, needed = _order(arguments, stack.name, _scenario(stack, arguments.scenario)), stack.requires
    return Course(package, python, environments.describe(python, ()).python, _beside(package, needed, arguments), order)


def _workload(arguments: argparse.Namespace) -> str:
    """The file or stack that is asked for."""
    if arguments.workload and arguments.stack:
        raise UsageError(f"{arguments.workload} and --stack {arguments.stack} are two: give one")
    return arguments.workload or arguments.stack or STACK


def _stack(name: str) -> Stack:
    known = catalogue.stacks()
    if name not in known:
        raise errors.unknown("stack", name, known)
    return known[name]


def _scenario(stack: Stack, asked: str | None) -> Scenario:
    """The scenario that is asked for, or the stack's first."""
    names = list(stack.own or scenarios.SCENARIOS)
    name = asked or (names[0] if stack.own else scenarios.DEFAULT[0])
    if name not in names:
        raise errors.unknown("scenario", name, names)
    return Scenario(name, None, scenarios.OPERATIONS) if stack.own else scenarios.SCENARIOS[name]


def _order(arguments: argparse.Namespace, stack: str, scenario: Scenario) -> Order:
    words = [*(["--quick"] if arguments.quick else [])]
    for option, value in (("--limit", arguments.limit), ("--time-cap", arguments.time_cap)):
        words += [option, str(value)] if value else []
    return selection.order(run_.parse(words), stack, scenario)


def _beside(package: str, modules: Sequence[str], arguments: argparse.Namespace) -> tuple[str, ...]:
    """What is installed beside each release: what was asked for, and what else the stack needs."""
    asked = []
    for text in arguments.requirements:
        try:
            asked.append(str(canonicalize_name(Requirement(text).name)))
        except InvalidRequirement:
            raise UsageError(f"--with {text!r} is no requirement such as 'greenlet<3'") from None
    needed = [str(canonicalize_name(module)) for module in modules]
    return (*arguments.requirements, *(name for name in needed if name not in {package, *asked}))


def _check_folder(folder: Path) -> None:
    """UsageError if the folder cannot be written to, or holds what is not a line of releases."""
    values.check_folder(folder)
    if any(folder.iterdir()) and not (folder / LISTING).exists():
        raise UsageError(f"{folder} holds other things than releases: name another folder by -o")


def _listing(package: str, index: str, folder: Path) -> tuple[list[Release], bool]:
    """All releases, and whether the index answered: what an earlier call has kept stands in for it."""
    try:
        return releases.fetch(package, index), True
    except IndexUnreachableError as error:
        kept = releases.read(folder / LISTING)
        if not kept:
            raise
        print(f"find-mem-leaks: {error}: going by what is kept in {folder}", file=sys.stderr)
        return kept, False


def _chosen(arguments: argparse.Namespace, everything: Sequence[Release], package: str) -> list[Release]:
    """The releases that are asked for; UsageError if there are none. One that is named at an end is asked for."""
    inside = releases.between(everything, arguments.since, arguments.until)
    plain = releases.installable(inside, pre=arguments.pre, yanked=arguments.yanked)
    named = {arguments.since, arguments.until}
    found = [one for one in inside if one in plain or one.number in named]
    left_out = _left_out([one for one in inside if one not in found])
    if not found:
        span = f"from {arguments.since or 'the first'} to {arguments.until or 'the last'}"
        has = f"it has {everything[0].version} to {everything[-1].version}" if everything else "it has none"
        raise UsageError(f"{package} has no releases {span}: {left_out or has}")
    if left_out and arguments.verbosity > QUIET:
        print(f"find-mem-leaks: {left_out}", file=sys.stderr)
    return releases.every(found, arguments.every)


def _left_out(left: Sequence[Release]) -> str:
    """What is not measured unless it is asked for; empty if there is nothing."""
    withdrawn = [one.version for one in left if one.yanked]
    early = [one.version for one in left if not one.yanked]
    kinds = (("withdrawn", "--yanked", withdrawn), ("pre-release", "--pre", early))
    return "; ".join(
        f"{kind} {_some(versions)} left out, {option} takes {'it' if len(versions) == 1 else 'them'} in"
        for kind, option, versions in kinds
        if versions
    )


def _some(versions: Sequence[str]) -> str:
    """The versions, but not more than people read."""
    shown = versions if len(versions) <= MOST_NAMED else [*versions[: MOST_NAMED - 1], "…", versions[-1]]
    return ", ".join(shown)


def _at_once(arguments: argparse.Namespace) -> int:
    return arguments.jobs or os.cpu_count() or 1


def _whole_line(line: Line, arguments: argparse.Namespace, site: Site, everything: Sequence[Release]) -> int:
    left = [one.version for one in line.listed if one.version not in line.outcomes]
    try:
        with Board(len(left), arguments.verbosity) as board:
            line.measure(left, board, _at_once(arguments))
    finally:
        _show(line, timeline.turns(line.known), arguments)
    if not arguments.no_site:
        _publish(line, arguments, site, everything)
    return _exit_code(line.known)


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
    site.configure(line.course, commits, _call(arguments, line.course), line.store.folder)
    known = [commits[outcome.release] for outcome in line.known]
    site.run(line.course, known, [commits[version] for version in line.fresh])
    site.publish(commits)
    if not arguments.json:
        print(f"site: {site.html}/index.html (python -m http.server -d {site.html})")


def _call(arguments: argparse.Namespace, course: Course) -> list[str]:
    """The words that measure one more release of this line: for asv, where it is asked for one that is not kept."""
    order = course.order
    words = ["releases", course.package, *([order.file] if order.file else ["--stack", order.stack])]
    words += [] if order.file else ["-s", order.scenario.name]
    words += ["--python", course.python, "-o", str((arguments.output or FOLDER / course.package).resolve())]
    words += [word for requirement in course.requirements for word in ("--with", requirement)]
    for option, value in (("--limit", arguments.limit), ("--time-cap", arguments.time_cap)):
        words += [option, str(value)] if value else []
    return [*words, *(["--quick"] if arguments.quick else []), "--pre", "--yanked"]


def _bisect(lines: Sequence[Line], arguments: argparse.Namespace) -> int:
    """Halve the first of the lines on which a leak is seen; the later ones see smaller leaks, and take longer."""
    began = time.monotonic()
    for line in lines:
        with Board(len(line.listed).bit_length() + 1, arguments.verbosity) as board:
            found, looked = _halve(line, board, arguments, is_last=line is lines[-1])
        if found.turn or (found.last and found.last.leaks):
            break
    line.outcomes = {version: outcome for version, outcome in line.outcomes.items() if version in looked}
    _show(line, [found.turn] if found.turn else [], arguments)
    if not arguments.json:
        print(table.told(found.turn) if found.turn else table.same_ends(found))
        measured, took = sum(len(one.fresh) for one in lines), time.monotonic() - began
        print(f"looked at {len(looked)} of {len(line.listed)} releases, measured {measured} cells, in {took:.0f} s")
    return _exit_code(line.known)


def _halve(line: Line, board: Board, arguments: argparse.Namespace, *, is_last: bool) -> tuple[Halving, set[str]]:
    """The turn on a line, and the versions that were looked at; both ends are told first, if that is what counts."""
    versions = [one.version for one in line.listed]
    looked: set[str] = set()

    def look(places: Sequence[int]) -> list[Outcome]:
        wanted = [versions[place] for place in places]
        looked.update(wanted)
        line.measure(wanted, board, _at_once(arguments))
        return [line.outcomes[version] for version in wanted]

    def say(first: Outcome, last: Outcome) -> None:
        if not arguments.json and (is_last or first.leaks or last.leaks):
            print(table.ends(first, last), flush=True)

    return timeline.halve(len(versions), look, say), looked


def _exit_code(known: Sequence[Outcome]) -> int:
    """3 if the last release of which something is known leaks; 1 if nothing is known of any."""
    judged = [outcome for outcome in known if outcome.leaks is not None]
    if not judged:
        return errors.FAILED
    return errors.LEAK if judged[-1].leaks else errors.CLEAN
