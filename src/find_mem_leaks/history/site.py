"""A plugin for asv: ``asv publish`` adds a page "Leaks" to the site, which opens first, and the scripts of others that
asv's page would take from elsewhere. It fails where there is nothing to be seen on the site.

asv loads it from this working tree, so that a clone with nothing but asv installed can publish.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asv.console import log
from asv.publishing import OutputPublisher
from asv.results import iter_results
from asv.util import UserError

from . import vendored
from .page import render
from .panels import LOCKED, NEWEST, SIGNS, Cell, Commit, Panel

ASSETS = Path(__file__).parent / "assets"
# Where the suite keeps the whole records, unless asv's configuration names another place as ``leaks_dir``.
RECORDS = ".asv/leaks"
COPIES = "leaks"
# As the suite calls the file that says why there is no record.
MISSING = ".missing.txt"

# How many commits a cell's strip of verdicts goes back, and what is kept of the records of all but the newest.
STRIP = 30
KEPT = ("verdict", "bytes_per_operation", "interval", "truth", "mix", "packages")

# What the name of an environment of the newest packages has beside that of the locked ones; what asv calls a value that
# an environment lacks.
NEWEST_MARK = f"-PACKAGES{NEWEST}"
LACKING = "[none]"

# asv's page has no place for a plugin's: ours goes before the first and the last of these, and after the second.
TAB = '<li id="nav-li-" class="active"><a href="#/">Benchmark grid</a></li>'
STYLE = '<link href="regressions.css" rel="stylesheet" type="text/css"/>'
BODY = '<div id="summarygrid-display"'


class Leaks(OutputPublisher):
    """The page's entry in asv's list of pages. It comes first: what is wrong is then said before anything else."""

    name = "leaks"
    button_label = "Show leaks"
    description = "Verdicts of the newest commit, and what changed"
    order = 0

    @classmethod
    def publish(cls, conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: Mapping[str, int]) -> None:
        """asv's hook. UserError, which makes asv exit with 1, if no graph was drawn."""
        _check(conf, graphs)
        _leave_out_unmeasured(benchmarks, graphs)
        _link_commits(conf, os.environ)
        html, tags = Path(conf.html_dir), {commit: tag for tag, commit in repo.get_tags().items()}
        panels = list(_panels(Path(getattr(conf, "leaks_dir", RECORDS)), conf, repo, tags, revisions))
        panels = _in_lines(panels) if hasattr(conf, "install_newest") else panels
        for panel in panels:
            log.info(f"{panel.title}: {len(panel.newest.cells)} cells at {panel.newest.name}")
        for file in ("leaks.css", "leaks.js"):
            shutil.copyfile(ASSETS / file, html / file)
        vendored.copy(html)
        index = html / "index.html"
        page = patched(vendored.localized(index.read_text(encoding="utf-8")), render(panels))
        index.write_text(page, encoding="utf-8")
        for address in vendored.foreign(page):
            log.warning(f"the site takes {address} from another server: there is no copy of it here")


def _check(conf: Any, graphs: Any) -> None:
    """A shallow clone, or one without the branch, lacks the commits that were measured: asv says nothing of it."""
    if any("summary" not in graph.params for _, graph in graphs):
        return
    measured = len({result.commit_hash for result in iter_results(conf.results_dir)})
    if not measured:
        raise UserError("no graph was drawn: nothing was measured yet, asv run does that")
    branches = ", ".join(str(branch) for branch in conf.branches)
    raise UserError(
        f"no graph was drawn: of {measured} measured commits none is on the branch {branches} here. "
        "In a shallow clone fetch all of it first: git fetch --unshallow"
    )


def _leave_out_unmeasured(benchmarks: Any, graphs: Any) -> None:
    """Take benchmarks without a graph from asv's lists: its grid would ask for the graph all the same."""
    drawn = {name for name in benchmarks if graphs.get_graph_group(name)}
    for name in set(benchmarks) - drawn:
        del benchmarks[name]


def _link_commits(conf: Any, environment: Mapping[str, str]) -> None:
    """On GitHub the site's commits link to where they are shown, unless the configuration says otherwise."""
    server, repository = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    if server and repository and conf.show_commit_url in {"", "#"}:
        conf.show_commit_url = f"{server}/{repository}/commit/"
    if server and repository and conf.project_url in {"", "#", None}:
        conf.project_url = f"{server}/{repository}"


def patched(index: str, page: str) -> str:
    """asv's page with a tab, a style, a script and the page's inside; UserError if it is not the page we know."""
    display = f'<div id="leaks-display" style="display: none">{page}</div>\n    '
    found = index
    for anchor, before, after in (
        (TAB, '<li id="nav-li-leaks"><a href="#/leaks">Leaks</a></li>\n\t', ""),
        (STYLE, "", '\n    <link href="leaks.css" rel="stylesheet"/>\n    <script src="leaks.js"></script>'),
        (BODY, display, ""),
    ):
        if found.count(anchor) != 1:
            raise UserError("this asv's page has no place for the page of leaks: 0.6.6 is known to")
        found = found.replace(anchor, before + anchor + after)
    return found


def _panels(
    records: Path, conf: Any, repo: Any, tags: Mapping[str, str], revisions: Mapping[str, int]
) -> Iterator[Panel]:
    """A panel for each environment with records of commits on the site."""
    chosen = _chosen(conf)
    commits = sorted((path.name for path in records.glob("*/") if path.name in revisions), key=lambda c: revisions[c])
    for environment in sorted({path.name for commit in commits for path in (records / commit).glob("*/")}):
        measured = [commit for commit in commits if any((records / commit / environment).glob("*.json"))]
        if not measured:
            continue
        *before, last = measured[-STRIP:]
        earlier = [
            _commit(commit, _kept(records / commit / environment), conf, repo, tags, revisions) for commit in before
        ]
        newest = _commit(last, _copied_cells(records / last / environment, conf), conf, repo, tags, revisions)
        missing = dict(_missing(records, commits, environment, tags, conf))
        yield Panel(environment, newest, tuple(earlier), chosen.get(environment, {}), missing)


def _missing(
    records: Path, commits: Sequence[str], environment: str, tags: Mapping[str, str], conf: Any
) -> Iterator[tuple[str, str]]:
    """The commits that the suite says it has no record of, and why."""
    for commit in commits:
        for file in (records / commit / environment).glob(f"*{MISSING}"):
            if not file.with_name(file.name.replace(MISSING, ".json")).exists():
                yield _name(commit, tags, conf), file.read_text(encoding="utf-8", errors="replace")


def _name(commit: str, tags: Mapping[str, str], conf: Any) -> str:
    return tags.get(commit, commit[: conf.hash_length])


def _in_lines(panels: Sequence[Panel]) -> list[Panel]:
    """The panels as lines of their series: below the locked line the newest one of the same environment."""
    locked = {panel.name: replace(panel, line=LOCKED) for panel in panels if NEWEST_MARK not in panel.name}
    newest = {
        panel.name: replace(panel, line=NEWEST, beside=locked.get(panel.name.replace(NEWEST_MARK, "")))
        for panel in panels
        if NEWEST_MARK in panel.name
    }
    return sorted((locked | newest).values(), key=lambda panel: (panel.name.replace(NEWEST_MARK, ""), panel.line))


def _chosen(conf: Any) -> dict[str, dict[str, str]]:
    """The values that select each environment's graphs, of the variables in which environments differ."""
    found = {_folder(result.env_name): result.env_vars for result in iter_results(conf.results_dir)}
    names = sorted({name for variables in found.values() for name in variables})
    values = {
        environment: {name: str(variables.get(name, LACKING)) for name in names}
        for environment, variables in found.items()
    }
    differ = [name for name in names if len({own[name] for own in values.values()}) > 1]
    return {environment: {f"env-{name}": own[name] for name in differ} for environment, own in values.items()}


def _folder(environment: str) -> str:
    """What the suite calls an environment's folder."""
    return re.sub(r"[^\w.+-]+", "_", environment)


def _commit(
    commit: str, cells: Iterable[Cell], conf: Any, repo: Any, tags: Mapping[str, str], revisions: Mapping[str, int]
) -> Commit:
    day = datetime.fromtimestamp(repo.get_date(commit) / 1000, UTC).date().isoformat()
    return Commit(commit, _name(commit, tags, conf), tuple(cells), day, revisions[commit])


def _kept(folder: Path) -> Iterator[Cell]:
    """The cells of a commit in an environment, with the little of their records that a strip takes."""
    for file in sorted(folder.glob("*.json")):
        for cell in _cells(file, ""):
            yield replace(cell, record={name: cell.record[name] for name in KEPT if name in cell.record})


def _copied_cells(folder: Path, conf: Any) -> Iterator[Cell]:
    """The same with their whole records, which are copied into the site."""
    for file in sorted(folder.glob("*.json")):
        yield from _cells(file, _copied(file, Path(conf.html_dir), folder.parent.name[: conf.hash_length]))


def _copied(file: Path, html: Path, commit: str) -> str:
    """Copy a record into the site; its address there."""
    address = f"{COPIES}/{commit}/{file.parent.name}/{file.name}"
    target = html / address
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return address


def _cells(file: Path, address: str) -> Iterator[Cell]:
    """The cells of a record; none, and a warning, if it is damaged."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        benchmark, locked = str(document["benchmark"]), dict(document.get("packages", {}))
        for record in document["cells"]:
            if record["verdict"] not in SIGNS:
                raise ValueError
            yield Cell(file.stem, str(record["scenario"]), benchmark, record, address, locked)
        for scenario, reason in document.get("failed", {}).items():
            yield Cell(file.stem, scenario, benchmark, {"verdict": "failed", "reason": reason}, address)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning(f"{file} is no record of the suite and is left out: {type(error).__name__}")
