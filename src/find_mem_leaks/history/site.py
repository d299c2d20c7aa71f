"""A plugin for asv: ``asv publish`` adds the pages of leaks to the site, which open first, and the scripts of others
that asv's page would take from elsewhere. It fails where there is nothing to be seen on the site.

asv loads it from this working tree whatever it is asked to do, so it imports the tool itself only to publish.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asv.console import log
from asv.publishing import OutputPublisher
from asv.results import iter_results
from asv.util import UserError

from . import vendored

# The folder that this package is in.
SOURCE = Path(__file__).parents[2]
# asv's page has no place for a plugin's: ours goes before the first tab.
HEAD = "<head>"
TAB = '<li id="nav-li-" class="active"><a href="#/">Benchmark grid</a></li>'
OURS = '<li id="nav-li-leaks"><a href="leaks.html">Leaks</a></li>\n\t'
# Addresses of before it was a page of its own lead there too.
LEADING = '<script>if (!location.hash || location.hash.startsWith("#/leaks")) location.replace("leaks.html");</script>'


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
        html = Path(conf.html_dir)
        for address, page in _pages(conf, repo, revisions, set(benchmarks)):
            (html / address).parent.mkdir(parents=True, exist_ok=True)
            (html / address).write_text(page, encoding="utf-8", errors="backslashreplace")
        vendored.copy(html)
        index = html / "index.html"
        page = patched(vendored.localized(index.read_text(encoding="utf-8")))
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


def patched(index: str) -> str:
    """asv's page with a tab for ours, to which it leads whoever opens the site; UserError if it is not the page we
    know."""
    for anchor in (HEAD, TAB):
        if index.count(anchor) != 1:
            raise UserError("this asv's page has no place for the page of leaks: 0.6.6 is known to")
    return index.replace(HEAD, HEAD + LEADING).replace(TAB, OURS + TAB)


def _pages(conf: Any, repo: Any, revisions: Mapping[str, int], drawn: Collection[str]) -> Iterator[tuple[str, str]]:
    """The pages of leaks with their addresses, made by the tool itself, from this working tree."""
    sys.path.insert(0, str(SOURCE))
    try:
        from find_mem_leaks.history.page import pages  # noqa: PLC0415 - asv loads this file whatever it is asked to do
        from find_mem_leaks.history.records import Records  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = f"the pages of leaks take {error.name}"
        raise UserError(f"{missing}: python -m pip install -e '.[history]' in the clone") from None
    histories = Records(conf, repo, revisions).histories()
    for each in histories:
        log.info(f"{each.title}: {len(each.newest.cells)} cells at {each.newest.name}")
    project = [(conf.project, conf.project_url)] if conf.project_url not in {"", "#", None} else []
    return pages(histories, datetime.now(UTC), project, drawn=drawn)
