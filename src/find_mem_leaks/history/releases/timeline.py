"""Where along a line of releases the verdict turns: over all of them, or by halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    found, between = [], []
    last: Outcome | None = None
    for outcome in outcomes:
        if outcome.leaks is None:
            between.append(outcome.release)
            continue
        if last and last.leaks != outcome.leaks:
            found.append(Turn(last, outcome, tuple(between)))
        last, between = outcome, []
    return found


@dataclass(frozen=True)
class Halving:
    """first and last: the ends, None where nothing on the line could be judged; turn: None where the ends are alike."""

    first: Outcome | None
    last: Outcome | None
    turn: Turn | None = None


def halve(count: int, look: Look, ends: Ends) -> Halving:
    """The turn of the verdict between the ends of a line of ``count`` releases, in about log2 of it looks.

    look: measures the releases of these places; ends: is told both ends before anything between them is looked at. A
    release of which nothing is known is stepped over to its nearest neighbour.
    """
    known: dict[int, Outcome] = {}

    def at(*places: int) -> list[Outcome]:
        new = [place for place in dict.fromkeys(places) if place not in known]
        known.update(zip(new, look(new) if new else [], strict=True))
        return [known[place] for place in places]

    at(0, count - 1)
    low = next((place for place in range(count) if at(place)[0].leaks is not None), None)
    if low is None:
        return Halving(None, None)
    high = next(place for place in reversed(range(low, count)) if at(place)[0].leaks is not None)
    first, last = known[low], known[high]
    ends(first, last)
    if first.leaks == last.leaks:
        return Halving(first, last)
    while left := [place for place in range(low + 1, high) if place not in known]:
        middle = _nearest(left, low + high)
        leaks = at(middle)[0].leaks
        if leaks == first.leaks:
            low = middle
        elif leaks is not None:
            high = middle
    between = tuple(known[place].release for place in range(low + 1, high))
    return Halving(first, last, Turn(known[low], known[high], between))


def _nearest(places: Sequence[int], double: int) -> int:
    """The place nearest to half of ``double``."""
    return min(places, key=lambda place: abs(2 * place - double))
