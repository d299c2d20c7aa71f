"""A line of releases for a person at a terminal, and as JSON: release by release, and where the verdict turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.outcomes import Outcome
from find_mem_leaks.history.releases.timeline import Halving, Turn
from find_mem_leaks.reports import columns, terminal
from find_mem_leaks.reports.columns import per_operation
from find_mem_leaks.results import Cell

HEADER = ("Release", "Uploaded", "Verdict", "B/op", "Interval", "Growth", "Operations", "Seconds")
LEFT = ("Release", "Uploaded", "Verdict", "Growth")
NOT_AVAILABLE = "n/a"
MISSING = f"– {NOT_AVAILABLE}"


def render(listed: Sequence[Release], outcomes: Mapping[str, Outcome], to: Console) -> None:
    """Print a row for each release that was measured, and why it is not simply known where it isn't."""
    table = terminal.table(HEADER, LEFT)
    shown = [release for release in listed if release.version in outcomes]
    for release in shown:
        outcome = outcomes[release.version]
        style = terminal.STYLES[outcome.cell.verdict] if outcome.cell else "dim"
        figures = (_name(release), release.day, *_row(outcome))
        table.add_row(*terminal.texts(figures, 2, style))
    to.print(table)
    for release in shown:
        outcome = outcomes[release.version]
        if outcome.leaks is None:
            to.print(Text(f"{_row(outcome)[0]}: {release.version}: {outcome.reason}"), soft_wrap=True)


def _name(release: Release) -> str:
    return f"{release.version} (yanked)" if release.yanked else release.version


def _row(outcome: Outcome) -> list[str]:
    """The figures, from the verdict on."""
    names = HEADER[2:]
    if outcome.cell is None:
        return [MISSING, *"–" * (len(names) - 1)]
    return [columns.by_name(outcome.cell)[name] for name in names]


def told(turn: Turn) -> str:
    """A turn of the verdict as a sentence."""
    after, before = turn.after.release, turn.before.release
    what = "✅ {} is the first release without the leak" if turn.fixed else "❌ {} is the first release that leaks"
    line = f"{what.format(after)}: {before} {state(turn.before)}, {after} {state(turn.after)}"
    if turn.between:
        line += f" (or already {', '.join(turn.between)}, which could not be judged)"
    return line


def state(outcome: Outcome) -> str:
    """Return what is known of a release, as in ``leaks 2,496 B/op``."""
    cell = outcome.cell
    if cell is None:
        return f"is {NOT_AVAILABLE}"
    size = "" if cell.bytes_per_operation is None else f" {per_operation(cell.bytes_per_operation)} B/op"
    return f"leaks{size}" if outcome.leaks else f"is {cell.verdict}"


def alike(outcomes: Sequence[Outcome]) -> str:
    """Return what is to be said of a line on which no verdict turns."""
    judged = [outcome for outcome in outcomes if outcome.leaks is not None]
    if not judged:
        return "no release could be judged"
    many = "the one release" if len(judged) == 1 else f"all {len(judged)} releases"
    return f"{many} that could be judged {_do(judged)}"


def _do(judged: Sequence[Outcome]) -> str:
    if judged[0].leaks:
        return "leaks" if len(judged) == 1 else "leak"
    return "does not leak" if len(judged) == 1 else "do not leak"


def ends(first: Outcome, last: Outcome) -> str:
    """The ends of a line that is to be halved."""
    return f"{first.release} {state(first)}; {last.release} {state(last)}"


def same_ends(halving: Halving, judged: int) -> str:
    """Return what is to be said of ends that are alike; judged: how many releases, with the ends."""
    if halving.last is None:
        return "no release could be judged: nothing to bisect"
    both = "leak" if halving.last.leaks else "do not leak"
    if halving.turns:
        came = "went and came again" if halving.last.leaks else "came and went"
        return f"both ends {both}: the leak {came} between them"
    between = max(0, judged - 2)
    others = f", and none of {between} that could be judged between them differs" if between else ""
    return f"both ends {both}{others}: nothing to bisect"


def whole_line(halving: Halving, turns: int, command: str) -> str:
    """An offer to measure every release, where halves may not tell it all; empty where they do.

    turns: of the verdict along all releases of which something is known.
    """
    if halving.last is None or (halving.turns and len(halving.turns) == turns == 1):
        return ""
    why = "the verdict turns more than once" if turns > 1 else "what came and went between two looks is not seen"
    return f"{why}; to measure every release: {command}"


def to_json(
    package: str, listed: Sequence[Release], outcomes: Mapping[str, Outcome], turns: Sequence[Turn]
) -> dict[str, Any]:
    """The line as one document; the whole records are in the folder."""
    shown = [release for release in listed if release.version in outcomes]
    return {
        "package": package,
        "releases": [
            {
                "release": one.version,
                "uploaded": one.uploaded,
                "yanked": one.yanked,
                **_record(outcomes[one.version]),
            }
            for one in shown
        ],
        "turns": [
            {
                "what": "fixed" if turn.fixed else "leaks",
                "release": turn.after.release,
                "before": turn.before.release,
                "between": list(turn.between),
            }
            for turn in turns
        ],
    }


def _record(outcome: Outcome) -> dict[str, Any]:
    cell: Cell | None = outcome.cell
    return {
        "verdict": cell.verdict if cell else NOT_AVAILABLE,
        "bytes_per_operation": cell.bytes_per_operation if cell else None,
        "interval": cell.interval if cell else None,
        "reason": outcome.reason,
    }
