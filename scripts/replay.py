"""Judge recorded series again, look by look, as the run that recorded them did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from find_mem_leaks import results
from find_mem_leaks.judging.criteria import MEMORY_HORIZON
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Series
from find_mem_leaks.judging.verdict import Judgement, judge
from find_mem_leaks.results import Cell

SERIES = Path(__file__).parents[1] / "tests" / "recorded" / "series"

Judge = Callable[..., Judgement]


class Replayed(NamedTuple):
    """The judgement that a run would have ended with, and the operations after its warm-up that it would have taken."""

    judgement: Judgement
    operations: int


def files(folder: Path = SERIES) -> dict[str, Path]:
    """The files of a folder's recordings, by their names."""
    ending = f".json{results.COMPRESSED}"
    return {file.name.removesuffix(ending): file for file in sorted(folder.glob(f"*{ending}"))}


def recordings(folder: Path = SERIES) -> Iterator[tuple[str, Cell]]:
    """The recordings of a folder by name, each of one cell."""
    for name, file in files(folder).items():
        [cell] = results.read(file)
        yield name, cell


def replay(series: Series, rules: Rules, judge: Judge = judge) -> Replayed:
    """Judge after each round, as the auto protocol does, until the verdict is decided or the recording is over.

    What grew of containers is known of the recording's end alone; a run knows it at each look that would convict.
    """
    for seen in range(_warm_up(series) + 1, len(series.rounds)):
        sofar = Series(series.rounds[:seen])
        if not _may_be_decided(sofar, rules):
            continue
        judgement = judge(sofar, rules)
        if judgement.verdict == "leaking":  # of changed modules the verdict is of another class
            judgement = judge(replace(sofar, caps=series.caps), rules)
        if judgement.decided:
            return Replayed(judgement, sofar.operations)
    return Replayed(judge(series, rules, last=True), series.operations)


def _may_be_decided(series: Series, rules: Rules) -> bool:
    """Return whether a horizon is covered, of operations and seconds or of memory: else no verdict is final."""
    first, last = series.rounds[0], series.rounds[-1]
    grown = max(last.live_bytes - first.live_bytes, last.final_rss - first.final_rss)
    return max(rules.acquit.share(series), rules.convict.share(series)) >= 1 or grown >= MEMORY_HORIZON / 2


def _warm_up(series: Series) -> int:
    return sum(round_.warm_up for round_ in series.rounds)
