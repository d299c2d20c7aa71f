"""What is judged: each probe's reading of a cell's samples, and what is too little of it to speak of. No statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from find_mem_leaks.judging.series import Sample

Array = NDArray[np.float64]

# The rule of three: with no event in n operations the rate is below 3 / n; an event is one small object.
UNSEEN = 3
SMALL_OBJECT = 64
# Growth over the judged points that is too small to speak of, whatever its regularity: so many small objects.
LEAST = 8
# One small object in 2,000 operations: what grows more slowly is more often what a cache notes down of its entries than
# a leak.
SLOWEST = 1 / 2_000
PAGE = 4_096
LEAST_PAGES = 32
# The kernel counts resident pages late: in batches of some dozens for each core.
LATE_PAGES = 128
# Pages of an older mapping that come into use may be a buffer that is filled for the first time. What both allocators
# hold bounds one of theirs; beyond that and so many pages, 64 MiB, steady growth is a leak (of an allocator that
# reserves its memory at once), below it a suspicion from 4 MiB on.
SUSPICIOUS_TOUCHED = 1_024
LEAST_TOUCHED = 16 * 1_024
# So many pages more for good are not nothing, steady or not: an allocator of its own takes them by the megabyte, and
# gives some back. (Fewer may be the kernel's late counting.)
LATER_PAGES = 256


@dataclass(frozen=True)
class Probe:
    """What is judged: its name as people read it, its unit, what unseen events would amount to and what is too small to
    speak of, in that unit, how to read it from samples, whether it stands still in code that is not leaking it, and
    what growth per operation is too slow to speak of."""

    name: str
    unit: str
    unseen: float
    least: float
    read: Callable[[Sequence[Sample]], Array]
    exact: bool = True
    least_to_convict: Callable[[Sequence[Sample]], float] = lambda _samples: 0.0
    slowest: float = 0.0


def reading(name: str) -> Callable[[Sequence[Sample]], Array]:
    def read(samples: Sequence[Sample]) -> Array:
        return np.array([getattr(sample, name) for sample in samples], dtype=np.float64)

    return read


def _growth(samples: Sequence[Sample], name: str) -> Array:
    levels = reading(name)(samples)
    growth: Array = levels - levels[0]
    return growth


def _pages(samples: Sequence[Sample]) -> Array:
    """Memory that no allocator counts: mapped by none of them, and resident beyond what is live. The least growth of
    these: a thread's heap is reserved at once and taken from the reserve, so neither mapping nor residence alone tells.

    Pages that are mapped and not resident may be so because the kernel counts late, if they are few; many are reserved.
    Which of both is said once for all samples, so that no growth is hidden by going over from one to the other.
    """
    rss, elsewhere, live = (_growth(samples, name) for name in ("rss", "elsewhere", "live_bytes"))
    resident = np.maximum(np.minimum(rss, rss - live), 0)
    late = np.clip(2 * LATE_PAGES * PAGE - float((elsewhere - resident).max()), 0, LATE_PAGES * PAGE)
    least: Array = np.minimum(elsewhere, resident + late)
    return least


def _touched(samples: Sequence[Sample]) -> Array:
    """Memory that no allocator counts, in mappings that are not new: resident without a file, beyond what allocators
    took and what is live, less all that was mapped since."""
    names = ("private", "taken", "live_bytes", "elsewhere")
    private, taken, live, elsewhere = (_growth(samples, name) for name in names)
    known = np.maximum(np.maximum(taken, live), 0) + np.maximum(elsewhere, 0)
    touched: Array = np.maximum(private - known, 0)
    return touched


def _most_of_allocators(samples: Sequence[Sample]) -> float:
    """Bytes that a buffer of theirs, filled for the first time, could account for; no less than ``LEAST_TOUCHED``."""
    return max(LEAST_TOUCHED * PAGE, *(sample.taken for sample in samples))


LIVE_BYTES = Probe(
    "live bytes",
    "B",
    UNSEEN * SMALL_OBJECT,
    LEAST * SMALL_OBJECT,
    reading("live_bytes"),
    exact=False,
    slowest=SLOWEST * SMALL_OBJECT,
)
PAGES = Probe("mapped pages", "B", UNSEEN * PAGE, LEAST_PAGES * PAGE, _pages)
TOUCHED = Probe(
    "resident pages", "B", UNSEEN * PAGE, SUSPICIOUS_TOUCHED * PAGE, _touched, least_to_convict=_most_of_allocators
)
PROBES = (
    LIVE_BYTES,
    Probe("blocks", "blocks", UNSEEN, LEAST, reading("blocks"), exact=False, slowest=SLOWEST),
    PAGES,
    TOUCHED,
    Probe("threads", "threads", UNSEEN, LEAST, reading("threads")),
    Probe("file descriptors", "descriptors", UNSEEN, LEAST, reading("descriptors")),
    Probe("uncollectable objects", "objects", UNSEEN, LEAST, reading("uncollectable")),
)
