"""Where along a line of releases the verdict turns: over all of them, or by halves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from find_mem_leaks.history.releases.outcomes import Outcome

Look = Callable[[Sequence[int]], Sequence[Outcome]]
Ends = Callable[[Outcome, Outcome], None]


@dataclass(frozen=True)
class Turn:
    """The verdict turned with the release ``after``: it leaks where ``before`` did not, or the other way round.

    between: the releases between the two of which nothing is known; if there are any, it may have been one of them.
    """

    before: Outcome
    after: Outcome
    between: tuple[str, ...] = ()

    @property
    def fixed(self) -> bool:
        return bool(self.before.leaks)


def turns(outcomes: Sequence[Outcome]) -> list[Turn]:
    """All turns of the verdict along the line; what is not known is stepped over."""
    all_turns, between = [], []
    last: Outcome | None = None
    for outcome in outcomes:
        if outcome.leaks is None:
            between.append(outcome.release)
            continue
        if last and last.leaks != outcome.leaks:
            all_turns.append(Turn(last, outcome, tuple(between)))
        last, between = outcome, []
    return all_turns


@dataclass(frozen=True)
class Halving:
    """first and last: the ends, None where nothing on the line could be judged.

    turns: one where the ends differ; two where they are alike and a release between them is not; else none.
    """

    first: Outcome | None
    last: Outcome | None
    turns: tuple[Turn, ...] = ()


def halve(count: int, look: Look, ends: Ends) -> Halving:
    """The turn of the verdict between the ends of a line of ``count`` releases, in about log2 of it looks.

    Where the ends are alike, as many looks are spread between them, for what came and went. look: measures the releases
    of these places; ends: is told both ends before anything between them is looked at. A release of which nothing is
    known is stepped over to its nearest neighbour.
    """
    seen: dict[int, Outcome] = {}

    def at(*places: int) -> list[Outcome]:
        new = [place for place in dict.fromkeys(places) if place not in seen]
        seen.update(zip(new, look(new) if new else [], strict=True))
        return [seen[place] for place in places]

    at(0, count - 1)
    low = next((place for place in range(count) if at(place)[0].leaks is not None), None)
    if low is None:
        return Halving(None, None)
    high = next(place for place in reversed(range(low, count)) if at(place)[0].leaks is not None)
    first, last = seen[low], seen[high]
    ends(first, last)
    if first.leaks != last.leaks:
        return Halving(first, last, (_turn(low, high, seen, at),))
    spread = islice(_spread(low, high), (high - low).bit_length())
    other = next((place for place in spread if at(place)[0].leaks is (not first.leaks)), None)
    if other is None:
        return Halving(first, last)
    return Halving(first, last, (_turn(low, other, seen, at), _turn(other, high, seen, at)))


def _turn(low: int, high: int, seen: Mapping[int, Outcome], at: Callable[..., list[Outcome]]) -> Turn:
    """The turn of the verdict between two places whose verdicts differ."""
    before = seen[low].leaks
    while left := [place for place in range(low + 1, high) if place not in seen or seen[place].leaks is not None]:
        middle = _nearest(left, low + high)
        leaks = at(middle)[0].leaks
        if leaks == before:
            low = middle
        elif leaks is not None:
            high = middle
    between = tuple(seen[place].release for place in range(low + 1, high))
    return Turn(seen[low], seen[high], between)


def _spread(low: int, high: int) -> Iterator[int]:
    """The places between two: the middle, then the quarters, the eighths, and so on."""
    parts, seen = 2, {low, high}
    while parts < 2 * (high - low):
        for part in range(1, parts, 2):
            place = low + (high - low) * part // parts
            if place not in seen:
                seen.add(place)
                yield place
        parts *= 2


def _nearest(places: Sequence[int], double: int) -> int:
    """The place nearest to half of ``double``."""
    return min(places, key=lambda place: abs(2 * place - double))
