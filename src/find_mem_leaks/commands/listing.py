"""The releases of a call of ``releases``: the listing of the index, or the one that is kept, and the choice from it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from find_mem_leaks.commands import values
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases import listing
from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.package_index import IndexUnreachableError
from find_mem_leaks.reports.progress import QUIET

# Where a listing is kept, below the folder.
KEPT = "releases.json"
MOST_NAMED = 4


def check_folder(folder: Path) -> None:
    """Raise UsageError if the folder cannot be written to, or holds what is not a line of releases."""
    values.check_folder(folder)
    if any(folder.iterdir()) and not (folder / KEPT).exists():
        raise UsageError(f"{folder} holds other things than releases: name another folder by -o")


def find(package: str, index: str, folder: Path) -> tuple[list[Release], bool]:
    """Return all releases, and whether the index answered: what an earlier call has kept stands in for it."""
    try:
        return listing.fetch(package, index), True
    except IndexUnreachableError as error:
        kept = listing.read(folder / KEPT)
        if not kept:
            raise UsageError(f"{error}, and nothing is kept in {folder}: connect, or set UV_DEFAULT_INDEX") from None
        print(f"find-mem-leaks: {error}: going by what is kept in {folder}", file=sys.stderr)
        return kept, False


def chosen(arguments: argparse.Namespace, everything: Sequence[Release], package: str) -> list[Release]:
    """The releases that are asked for; UsageError if there are none. One that is named at an end is asked for."""
    inside = listing.between(everything, arguments.since, arguments.until)
    # Withdrawn releases tell of leaks, but at an end of a line that is halved they would stand for the others.
    withdrawn_too = not arguments.bisect if arguments.yanked is None else arguments.yanked
    plain = listing.installable(inside, pre=arguments.pre, yanked=withdrawn_too)
    named = {arguments.since, arguments.until}
    releases = [one for one in inside if one in plain or one.number in named]
    left_out = _left_out([one for one in inside if one not in releases], pre=arguments.pre)
    if not releases:
        span = f"from {arguments.since or 'the first'} to {arguments.until or 'the last'}"
        has = f"it has {everything[0].version} to {everything[-1].version}" if everything else "it has none"
        raise UsageError(f"{package} has no releases {span}: {left_out or has}")
    if left_out and arguments.verbosity > QUIET:
        print(f"find-mem-leaks: {left_out}", file=sys.stderr)
    return listing.every(releases, arguments.every)


def _left_out(releases: Sequence[Release], *, pre: bool) -> str:
    """Return what is not measured unless it is asked for; empty if there is nothing. pre: whether pre-releases are."""
    early = [one.version for one in releases if not pre and one.number.is_prerelease]
    withdrawn = [one.version for one in releases if one.version not in early]
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
