"""The places whose allocations a second process never saw freed, judged and ranked. Pure functions of its replies.

A place counts when what it allocated in the first window was still there after the second, and the second added as
much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.judging.probes import BLOCKS
from find_mem_leaks.measured import replies

# The share of the cell's own rate, or the other way round, that a line's must have; the lines that are told.
ALIKE = 0.2
MOST_LINES = 3
# Memory that a place seems to keep beyond this many times what the cell grew by is not kept: it is let go later on.
BEYOND = 3.0
# The rate of the second window as a share of the first's, or the other way round, from which both are called the same;
# allocations that are too few for that; growth by resizing counts from this share of the cell's own rate.
STABLE = 0.4
FEWEST = 3
RESIZED = 0.3
# Below this share of the largest place another is left out.
NEGLIGIBLE = 0.02
OWN_PLACES, LIBRARY_PLACES = 5, 4
# A library's line comes first that alone makes this share of what stays, where no own line that calls it has so much of
# that; or, where it is called by others, no own line has even this.
SPLIT, LITTLE = 0.5, 0.1
# The stacks that ship are own code, wherever this package is installed.
MEASURED = "/find_mem_leaks/measured/"
LIBRARY = re.compile(r"/lib(64)?/python3\.\d+/|/site-packages/|/dist-packages/")


@dataclass(frozen=True)
class Place:
    """A place whose allocations are not freed, or at whose line a counter grows.

    Attributes:
        stack: its frames, the allocation's first.
        first, second: allocations per operation in each window, or how often the counter grew.
        bytes, first_bytes: bytes per operation in the second window and in the first, or growth of the counter.
    """

    stack: tuple[Frame, ...]
    first: float
    second: float
    bytes: float
    first_bytes: float = 0.0

    @property
    def is_stable(self) -> bool:
        return min(self.first, self.second) >= STABLE * max(self.first, self.second) > 0

    @property
    def weight(self) -> tuple[bool, float, float]:
        """The key that places are ranked by: allocations that are as many in both windows, then bytes."""
        return self.is_stable, min(self.first, self.second), self.bytes


def rank(reply: replies.Attribute, window: int, rate: float) -> tuple[Culprit, ...]:
    """Return the culprits in a reply to ``attribute``: places in the workload's own code, then those in libraries.

    If one line of a library keeps most, whichever own lines call it, that line comes first.

    Args:
        reply: the places that allocate what stays.
        window: operations of each window.
        rate: the cell's growth in bytes per operation.
    """
    places = [place for place in (_place(record, window) for record in reply["growing"]) if _takes_memory(place)]
    counted = [place for place in places if place.is_stable and place.second * window >= FEWEST]
    resized = [place for place in places if place not in counted and place.bytes >= RESIZED * abs(rate) > 0]
    all_places = _weighty(counted) + _left_to(resized, rate - sum(place.bytes for place in counted), rate)
    own = _within(sorted(_merged(all_places, _own), key=lambda place: not _makes_most(place, rate)), rate)
    inner = [place for place in _merged(all_places, _innermost) if place.stack[0] not in {p.stack[0] for p in own}]
    libraries = [_at_most(place, rate) for place in inner[:LIBRARY_PLACES]]
    shared = [place for place in libraries[:1] if own and _has_most(place, all_places, own[0])]
    chosen = shared + own[:OWN_PLACES] + libraries[len(shared) :]
    most = rate if rate > 0 else inf  # what a line allocates for others to come, a list ahead, it keeps no more of
    return tuple(Culprit(place.stack, place.second, min(place.bytes, most), None, None) for place in chosen)


def _makes_most(place: Place, rate: float) -> bool:
    """Return whether a line alone makes most of the growth, however few allocations that takes."""
    return place.is_stable and place.bytes >= SPLIT * rate > 0 and not _is_beyond(place, rate)


def _has_most(place: Place, places: Sequence[Place], own: Place) -> bool:
    """Return whether a library's line makes most of what all keep, and no own line even a little of that, or, where own
    lines have called it, none most of it."""
    if place.second < SPLIT * sum(each.second for each in places):
        return False
    for_own = sum(each.second for each in places if each.stack[0] == place.stack[0] and _own(each.stack))
    share = SPLIT if for_own >= SPLIT * place.second else LITTLE
    return own.second < share * place.second and own.bytes < share * place.bytes


def explains(culprits: Sequence[Culprit], rates: Mapping[str, float]) -> bool:
    """Return whether these allocate a good part of what grew, in blocks and in bytes.

    Args:
        culprits: places that allocate what stays.
        rates: growth of the probes that convicted, in blocks and in bytes per operation.
    """
    bytes_ = max((rate for key, rate in rates.items() if key != BLOCKS.key), default=0.0)
    is_of_blocks = sum(culprit.allocations for culprit in culprits) >= RESIZED * rates.get(BLOCKS.key, 0.0)
    return bool(rates) and is_of_blocks and sum(culprit.bytes for culprit in culprits) >= RESIZED * bytes_


def own_lines(culprits: Iterable[Culprit]) -> list[tuple[str, int]]:
    """File and line of the workload's own code at which, or on behalf of which, each culprit allocates."""
    stacks = filter(None, (_own(culprit.stack) for culprit in culprits))
    return list(dict.fromkeys((stack[0].file, stack[0].line) for stack in stacks))


def own_bytes(culprits: Sequence[Culprit]) -> float:
    """Bytes per operation of all culprits: of those in own code, which libraries allocate for, if there are any."""
    own = [culprit for culprit in culprits if is_own(culprit.frame)]
    return sum(culprit.bytes for culprit in own or culprits)


def _takes_memory(place: Place) -> bool:
    """Return whether it is more than a change of hands: what takes less than a byte an allocation keeps nothing."""
    return place.bytes >= place.second


def _left_to(resized: Sequence[Place], unexplained: float, rate: float) -> list[Place]:
    """Places of what is made larger now and then, with no more bytes than the others leave of the growth: it is seen as
    a whole, though it was there before in part."""
    most = sum(place.bytes for place in resized)
    if rate <= 0 or most <= unexplained:
        return list(resized)
    return [replace(place, bytes=place.bytes * max(unexplained, 0.0) / most) for place in resized]


def _is_beyond(place: Place, rate: float) -> bool:
    return place.bytes > BEYOND * rate > 0


def _at_most(place: Place, bytes_: float) -> Place:
    """The place with no more bytes than these, if it seems to keep far more."""
    return replace(place, bytes=bytes_) if _is_beyond(place, bytes_) else place


def _within(places: Sequence[Place], rate: float) -> list[Place]:
    """The places that come to about the growth: a buffer that is emptied now and then keeps nothing if others explain
    the growth, and else what these leave of it."""
    fitting = [place for place in places if not _is_beyond(place, rate)]
    unexplained = rate - sum(place.bytes for place in fitting)
    if unexplained <= (1 - RESIZED) * rate:
        return fitting
    return fitting + [_at_most(place, unexplained) for place in places if _is_beyond(place, rate)][:1]


def alike(records: Iterable[replies.Growing], window: int, rate: float, least: float = ALIKE) -> list[Place]:
    """The places in a reply to ``lines`` that grow at about ``rate`` per operation in both windows, the likest first.

    A line may be there twice, since what was given back can be counted in two ways.
    """
    places = sorted((_place(record, window) for record in records), key=lambda place: -_likeness(place, rate))
    first = {place.stack[0]: place for place in reversed(places) if _likeness(place, rate) >= least}
    return sorted(first.values(), key=lambda place: -_likeness(place, rate))[:MOST_LINES]


def _likeness(place: Place, rate: float) -> float:
    """From 0 to 1: how near the growth in each window comes to what was expected."""
    growths = (place.first_bytes, place.bytes)
    return min(min(growth / rate, rate / growth) if growth * rate > 0 else 0.0 for growth in growths)


def _place(record: replies.Growing, window: int) -> Place:
    first, first_bytes, both_windows, both_bytes = record["counts"]
    stack = tuple(Frame(function, file, line) for function, file, line in record["stack"])
    bytes_ = (both_bytes - first_bytes) / window
    return Place(stack, first / window, (both_windows - first) / window, bytes_, first_bytes / window)


def _weighty(places: Sequence[Place]) -> list[Place]:
    most = max((place.second for place in places), default=0.0)
    largest = max((place.bytes for place in places), default=0.0)
    return [place for place in places if place.second >= NEGLIGIBLE * most or place.bytes >= NEGLIGIBLE * largest]


def _own(stack: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
    """The stack from the innermost frame of the workload's own code on."""
    for depth, frame in enumerate(stack):
        if is_own(frame):
            return stack[depth:]
    return None


def _innermost(stack: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
    """The stack as it is, where memory is allocated in a library."""
    return None if is_own(stack[0]) else stack


def is_own(frame: Frame) -> bool:
    return frame.file.endswith(".py") and (MEASURED in frame.file or not LIBRARY.search(frame.file))


def _merged(places: Iterable[Place], shorten: Callable[[tuple[Frame, ...]], tuple[Frame, ...] | None]) -> list[Place]:
    """Places by the first frame of their shortened stacks, the weightiest first."""
    merged: dict[Frame, Place] = {}
    for place in sorted(places, key=lambda place: place.weight, reverse=True):
        stack = shorten(place.stack)
        if stack is None:
            continue
        before = merged.get(stack[0], Place(stack, 0.0, 0.0, 0.0))
        sums = (before.first + place.first, before.second + place.second, before.bytes + place.bytes)
        merged[stack[0]] = Place(before.stack, *sums)
    return sorted(merged.values(), key=lambda place: place.weight, reverse=True)
