"""Reading of a cell's samples by the probes, and thresholds below which growth does not count."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from find_mem_leaks.judging.series import ENTRIES, FILL, Array, Columns

# The rule of three: with no event in n operations the rate is below 3 / n. An event is one small object, of bytes.
UNSEEN = 3
SMALL_OBJECT = 64
# Growth of fewer things than this, small objects, threads or the like, does not count, however regular it is.
LEAST = 8
# One small object in 2,000 operations: what grows more slowly is more often what a cache notes down of its entries.
SLOWEST = 1 / 2_000
# Standard errors that a mean increment must lie above zero: of 18 increments without a trend one series in 10,000 has
# it there (Student's t), and an undecided cell is looked at some hundred times.
SURE = 4.6
# How near a share must come to the whole: growth to being all jumps or fourfold in fourfold operations, what is in use
# to its ceiling, what a container held in the first half of the run to what it held later. 1 is exactly.
NEAR = 0.9
# Growth or a fall that is large enough to be called one, in bytes.
LARGE = 32_768
PAGE = 4_096
# The kernel counts resident pages late: in batches of some dozens for each core. Fewer are no growth.
LATE_PAGES = 128
# Pages of an older mapping that come into use may be a buffer that is filled for the first time. What the allocators
# hold bounds one of theirs; beyond that and so many pages, 64 MiB, steady growth is a leak.
BUFFER_PAGES = 16 * 1_024
# So many pages more for good are not nothing, steady or not: an allocator of its own takes them by the megabyte, and
# gives some back. Fewer may be the kernel's late counting.
LATER_PAGES = 256
# A process that nobody collects moves by megabytes: garbage that waits, arenas, what it settles in with. So much is
# modest, 16 MiB; steady growth of a child process beyond it is a leak.
MODEST_PAGES = 4 * 1_024


def reading(name: str) -> Callable[[Columns], Array]:
    """Take a field or a count of the samples as it is; zeros where they have none, which ``probes.unread`` tells."""
    return lambda samples: samples[name] if name in samples else np.zeros(len(samples["operations"]))


def beyond(name: str, bounded: str) -> Callable[[Columns], Array]:
    """Take a count without those of it that another counts, whose number has a known bound."""
    return lambda samples: reading(name)(samples) - reading(bounded)(samples)


def _growth(samples: Columns, name: str) -> Array:
    growth: Array = samples[name] - samples[name][0]
    return growth


def at_equal(name: str, read: Callable[[Columns], Array], *, is_bounded: bool = False) -> Callable[[Columns], Array]:
    """Take a reading less what goes with a count that is bounded or judged by itself, such as the entries of containers
    with a known bound or the threads: what it would read if there were always as many.

    How much each is comes from the increments by least squares, on count and operations both. Nothing is taken off
    while the count rises, where there never were nearly as many in the first half as in the second; unless it
    ``is_bounded``, so that what goes with it is too: then all that may go with it is, since a part of it that was left
    would grow as steadily.
    """

    def at_least(samples: Columns) -> Array:
        readings, count = read(samples), reading(name)(samples)
        if not ((is_bounded and count.any()) or _was_there(count)):
            return readings
        (rate, _), (error, _) = rates(*increments(samples, readings, count, samples["operations"]))
        each = rate + SURE * error * is_bounded
        return readings - each * (count - count.min()) if rate > SURE * error else readings

    return at_least


def at_equal_fill(read: Callable[[Columns], Array]) -> Callable[[Columns], Array]:
    """Take a reading less what goes with the entries of containers with a known bound, at two rates where all entries
    are not of one size: the number of entries and how full the containers are tell two apart whose bounds differ."""
    of_one_size = at_equal(ENTRIES, read)

    def at_least(samples: Columns) -> Array:
        readings, entries, fill = read(samples), reading(ENTRIES)(samples), reading(FILL)(samples)
        if not (_was_there(entries) and _was_there(fill)):
            return of_one_size(samples)
        per_unit, errors = rates(*increments(samples, readings, entries, fill, samples["operations"]))
        if not abs(per_unit[1]) > SURE * errors[1]:
            return of_one_size(samples)
        by_entries = per_unit[0] * entries + per_unit[1] * fill
        rest: Array = readings - (by_entries - by_entries.min())
        return rest

    return at_least


def _was_there(count: Array) -> bool:
    """Return whether in the first half there were nearly as many as in the second."""
    half = len(count) // 2
    return half >= 2 and bool(0 < NEAR * count[half:].max() <= count[:half].max())


def increments(samples: Columns, *columns: Array) -> list[Array]:
    """Return the increments of columns from one exact look to the next, at rounds' ends, or of all looks where those
    are few. An exact look comes after as many operations as the look before it, and misses no garbage."""
    exact = np.flatnonzero(np.diff(samples["operations"]) == 0) + 1
    looks = exact if len(exact) > 2 * len(columns) else slice(None)
    return [np.diff(column[looks]) for column in columns]


def rates(steps: Array, *by: Array) -> tuple[Array, Array]:
    """Return what steps come to for each unit of what they go with, by least squares, and the standard errors; zeros
    where what they go with cannot be told apart."""
    columns = np.column_stack(by)
    moments = columns.T @ columns
    if np.linalg.matrix_rank(moments) < len(by):
        return np.zeros(len(by)), np.zeros(len(by))
    inverse = np.linalg.inv(moments)
    coefficients = inverse @ columns.T @ steps
    residuals = steps - columns @ coefficients
    return coefficients, np.sqrt(np.diag(inverse) * float(residuals @ residuals) / len(steps))


def pages(samples: Columns) -> Array:
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


def touched(samples: Columns) -> Array:
    """Memory that no allocator counts, in mappings that are not new: resident without a file, beyond what allocators
    took and what is live, less all that was mapped since."""
    names = ("private", "taken", "live_bytes", "elsewhere")
    private, taken, live, elsewhere = (_growth(samples, name) for name in names)
    counted = np.maximum(np.maximum(taken, live), 0) + np.maximum(elsewhere, 0)
    least: Array = np.maximum(private - counted, 0)
    return least


def largest_buffer(samples: Columns) -> float:
    """Bytes of the largest buffer that may be filled for the first time."""
    return max(BUFFER_PAGES * PAGE, float(samples["taken"].max()))
