"""Series made for one test of the verdict each, and what is true of them: what no recording shows for certain.

``CASES`` holds what makes a series, and its truth, by name: ``leaking``, ``clean``, or ``inconclusive`` where nothing
that was measured can tell, so that any other verdict would be a guess. Nothing is made before it is asked for: objects
by the million would slow every other test of the process down.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from find_mem_leaks.judging.series import ENTRIES, Cap, Sample, Series
from series_of import series

PAGE = 4_096


def flat(_: int) -> float:
    return 0


def walk(seed: int, bound: float = 50_000.0) -> Callable[[int], float]:
    """Memory that wanders at random within a bound."""
    rng, at, position = random.Random(seed), 0, 0.0

    def step(n: int) -> float:
        nonlocal at, position
        position = max(-bound, min(bound, position + rng.gauss(0, 50 * math.sqrt(n - at))))
        at = n
        return position

    return step


def with_entries(made: Series, entries: Callable[[int], float]) -> Series:
    """The series with a count of entries at each look, in containers with a known bound."""

    def counted(sample: Sample) -> Sample:
        return replace(sample, counts={**sample.counts, ENTRIES: math.floor(entries(sample.operations))})

    rounds = [replace(each, samples=tuple(map(counted, each.samples))) for each in made.rounds]
    return replace(made, rounds=tuple(rounds))


def pruned(n: int) -> float:
    """Entries of a cache that gains one an operation and is pruned to 500 whenever it holds 750."""
    return 500 + n % 250


def slowly(n: int) -> float:
    """Threads of a pool that starts one more whenever twice as many operations are over; at least four."""
    return math.floor(4 + 2 * math.log2(1 + n / 100))


def to_and_fro(n: int) -> float:
    """Threads of a pool that ends those that are idle, and starts them again: between five and thirty-five."""
    return 20 + round(15 * math.sin(n / 25_000))


def over_allocated(n: int) -> float:
    """Bytes of a list of n entries, each of which enlarges it by an eighth when it is full."""
    size = 0
    while size < n:
        size += (size >> 3) + 6
    return 8 * size


def table(factor: float) -> Callable[[int], float]:
    """Bytes of a table of n entries, which is made so many times as large when it is full."""

    def size(n: int) -> float:
        made = 4_096.0
        while made < n * 8:
            made *= factor
        return made

    return size


def saw(period: int, size: float) -> Callable[[int], float]:
    return lambda n: size * (n % period)


def saw_from(begin: int, period: int, size: float) -> Callable[[int], float]:
    """A saw-tooth that is so far on at the first operation."""
    return lambda n: saw(period, size)(n + begin)


def late_counted(measured: Series, batch: int) -> Series:
    """The same where the kernel counts mapped pages as resident in batches of so many."""
    rounds = []
    for made in measured.rounds:
        samples = [replace(each, rss=each.rss - each.elsewhere % (batch * PAGE)) for each in made.samples]
        rounds.append(replace(made, samples=tuple(samples)))
    return Series(tuple(rounds))


def with_cap(measured: Series, **cap: int) -> Series:
    return replace(measured, caps=(Cap("a cache", **cap),))


def by_megabytes(n: int) -> float:
    """Pages of an allocator that takes a megabyte at a time, and gives a third of them back a little later."""
    return sum((1 << 20) * (n >= at) - (1 << 20) * (n >= at + 9_000) * (k % 3 == 0) for k, at in enumerate(LOADS))


LOADS = range(20_000, 400_000, 20_000)


def by_chance(n: int) -> float:
    """Four kilobytes in 500 operations, at random: few in the first thousands, none for a while, and then more."""
    return 4_000.0 * sum(n > at for at in (310, 1_090, *range(3_400, 60_000, 490)))


LEAKING = {
    "4 kB in 500 operations, with a gap": lambda: series(
        by_chance, lambda n: by_chance(n) / 80, operations=250, rounds=120, seconds_per_operation=2e-3
    ),
    "a leak beside a container that fills slowly": lambda: with_entries(
        with_cap(series(lambda n: 200 * n, noise=500, rounds=60), before=100, after=590, cap=1_000),
        lambda n: n // 450,
    ),
    "two bytes beside a cache that is pruned": lambda: with_entries(
        series(lambda n: 4_000 * pruned(n) + 2 * n, noise=500, rounds=120), pruned
    ),
    "a container whose bound is never reached": lambda: with_entries(
        series(lambda n: 400 * (n - n % 3), lambda n: 3 * n, noise=500, rounds=60), lambda n: n - n % 7
    ),
    "a byte an operation": lambda: series(lambda n: 1.05 * n, rounds=60),
    "an object in 500 operations": lambda: series(lambda n: 32 * (n // 500), lambda n: n // 500, rounds=60),
    "an object in 1,500 operations": lambda: series(lambda n: 64 * (n // 1_500), lambda n: n // 1_500, rounds=60),
    "three bytes under noise": lambda: series(lambda n: 3 * n, noise=3_000, rounds=60),
    "a list that over-allocates": lambda: series(over_allocated, rounds=60),
    "a megabyte now and then": lambda: series(lambda n: 1_000_000 * (n // 12_000), rounds=170),
    "slabs of more than the limit": lambda: series(lambda n: 1.2 * 30_000 * (n // 30_000), rounds=90),
    "steady growth beside one jump": lambda: series(lambda n: 20 * n + 3_000_000 * (n > 80_000), rounds=30),
    "three bytes under much noise": lambda: series(lambda n: 3 * n, noise=250_000, seed=4, rounds=26),
    "steady growth under a saw-tooth": lambda: series(lambda n: 20 * n + saw(3_000, 300)(n), rounds=60),
    "a table that doubles": lambda: series(table(2.0), rounds=150),
    "a table that quadruples": lambda: series(table(4.0), rounds=150),
    "a leak that something hides while it drains": lambda: series(lambda n: 60 * n - 80 * min(n, 200_000), rounds=200),
    "pages beside a pool of threads that fills": lambda: series(
        flat, pages=lambda n: 300_000 * slowly(n) + 50 * n, threads=slowly, rounds=60
    ),
    "two bytes beside threads that come and go": lambda: series(
        lambda n: 10_000 * to_and_fro(n) + 2 * n, threads=to_and_fro, noise=500, rounds=60
    ),
    "threads that never end, 300 kB each": lambda: series(
        flat, pages=lambda n: 300_000 * (n // 400), threads=lambda n: n // 400, rounds=60
    ),
    "two megabytes of pages in 14,000 operations": lambda: series(
        flat, pages=lambda n: (2 << 20) * (n // 14_000), rounds=60
    ),
    "a descriptor in 9,000 operations": lambda: series(flat, descriptors=lambda n: (n + 3_000) // 9_000, rounds=60),
    "a page in 300 operations": lambda: series(flat, pages=lambda n: PAGE * (n // 300), rounds=60),
    "mappings of which a part is used": lambda: series(
        flat, pages=lambda n: 4 * n, reserved=lambda n: 30 * n, rounds=60
    ),
    "pages of an old mapping without end": lambda: series(flat, touched=lambda n: 1_000 * n, rounds=60),
    "pages that the kernel counts late": lambda: late_counted(series(flat, pages=lambda n: 30 * n, rounds=60), 64),
    "threads that never end": lambda: series(flat, threads=lambda n: n // 400, rounds=60),
    "processes that never end": lambda: series(flat, processes=lambda n: n // 400, rounds=60),
    "a child that grows by 300 bytes an operation": lambda: series(
        flat, processes=lambda n: 1, children=lambda n: 300 * n, rounds=60
    ),
    "a child that grows by 80 bytes an operation": lambda: series(
        flat, processes=lambda n: 1, children=lambda n: 80 * n, rounds=130
    ),
    "shared memory that is never unlinked": lambda: series(flat, shared=lambda n: PAGE * n, rounds=60),
    "a megabyte an operation": lambda: series(lambda n: 1_000_000 * n, operations=50),
    "a short run of a byte an operation": lambda: series(lambda n: 1.05 * n, rounds=4, operations=4_900),
    "slow operations": lambda: series(lambda n: 500 * n, operations=50, seconds_per_operation=0.02),
    "growth that a cache cannot explain": lambda: with_cap(
        series(lambda n: 2_000 * n, rounds=60), before=9, after=500, cap=900
    ),
    "growth that began in the warm-up": lambda: series(lambda n: 16 * n, rounds=7, operations=20_000),
}
CLEAN = {
    "a minute of operations of 0.13 s": lambda: series(flat, rounds=8, operations=50, seconds_per_operation=0.13),
    "garbage on memory that stays": lambda: series(flat, noise=5_000, rounds=60),
    "an object in 10,000 operations": lambda: series(lambda n: 64 * (n // 10_000), lambda n: n // 10_000, rounds=100),
    "seven objects in all": lambda: series(
        lambda n: 64 * min(7, n // 20_000), lambda n: min(7, n // 20_000), rounds=60
    ),
    "a cache that fills by chance, quickly": lambda: series(lambda n: 2e6 * (1 - math.exp(-n / 20_000)), rounds=100),
    "a cache that fills by chance, slowly": lambda: series(lambda n: 6e6 * (1 - math.exp(-n / 60_000)), rounds=300),
    "growth like a logarithm, then none": lambda: series(
        lambda n: 1e5 * math.log1p(min(n, 150_000) / 1_000), rounds=200
    ),
    "a cache of 30,000 entries": lambda: series(lambda n: 100 * min(n, 30_000), rounds=60),
    "a cache that has just filled": lambda: with_cap(
        series(lambda n: 100 * min(n, 90_000), rounds=120), before=9_000, after=90_000, cap=90_000, room_until=88_000
    ),
    "a table that stops doubling": lambda: series(lambda n: table(2.0)(min(n, 40_000)), rounds=100),
    "one jump": lambda: series(lambda n: 1_000_000 * (n >= 60_000), rounds=100),
    "a saw-tooth of 3,000 operations": lambda: series(saw(3_000, 300), rounds=60),
    "a saw-tooth of 20,000 operations": lambda: series(saw(20_000, 100), rounds=150),
    "what is given back at once": lambda: series(lambda n: -40_000 * (n >= 70_000), rounds=60),
    "what drains until it is empty": lambda: series(lambda n: -20 * min(n, 60_000), rounds=80),
    "a pool of threads": lambda: series(flat, threads=lambda n: min(32, n // 400), rounds=60),
    "a pool of threads of 300 kB each that fills ever more slowly": lambda: series(
        lambda n: 300 * slowly(n), pages=lambda n: 300_000 * slowly(n), threads=slowly, rounds=60
    ),
    "threads that come and go, 10 kB each": lambda: series(
        lambda n: 10_000 * to_and_fro(n), threads=to_and_fro, noise=500, rounds=60
    ),
    "seven threads": lambda: series(flat, threads=lambda n: min(7, n // 15_000), rounds=60),
    "twenty pages": lambda: series(flat, pages=lambda n: PAGE * min(20, n // 6_000), rounds=60),
    "an arena that is reserved": lambda: series(flat, reserved=lambda n: 64e6 * (n >= 50_000), rounds=60),
    "a buffer that is filled for the first time": lambda: series(
        flat, touched=lambda n: min(300 * n, 40e6), rounds=160
    ),
    "a child that settles in for 230,000 operations": lambda: series(
        flat, processes=lambda n: 1, children=lambda n: 20e6 * min(n / 230_000, 1), rounds=250
    ),
    "a child whose arenas are filled": lambda: series(
        flat, processes=lambda n: 1, children=lambda n: 1.5e6 * min(n / 60_000, 1), rounds=100
    ),
    "a child whose garbage is collected now and then": lambda: series(
        flat, processes=lambda n: 1, children=saw(7_000, 3_000), rounds=100
    ),
    "a child that jumps by ten megabytes": lambda: series(
        flat, processes=lambda n: 1, children=lambda n: 10e6 * (n >= 20_000), rounds=100
    ),
    "a pool of shared memory": lambda: series(flat, shared=lambda n: PAGE * min(n // 40, 1_000), rounds=100),
    "pages by the megabyte, then none": lambda: series(flat, pages=lambda n: by_megabytes(min(n, 100_000)), rounds=120),
    "kept for two seconds": lambda: series(
        lambda n: 64 * min(n, 900_000), rounds=250, operations=16_000, seconds_per_operation=2e-6
    ),
    "kept for fifteen seconds": lambda: series(
        lambda n: 500 * min(n, 950), rounds=100, operations=50, seconds_per_operation=0.02
    ),
    "a cache that fills to the end of the horizon": lambda: with_cap(
        series(lambda n: 100 * min(n, 110_000), rounds=120),
        before=9_000,
        after=110_000,
        cap=110_000,
        room_until=98_000,
    ),
    "a cache that is pruned, in few operations": lambda: with_entries(
        series(lambda n: 4_000 * pruned(n), noise=500, rounds=40, operations=300, seconds_per_operation=1e-3), pruned
    ),
    "settling in": lambda: series(lambda n: 40 * min(n, 11_500) + 0.5 * min(n, 260_000), rounds=100),
}
INCONCLUSIVE = {
    "a table that is made 1.5 times as large": lambda: series(table(1.5), rounds=150),
    "a cache with room left": lambda: with_cap(
        series(lambda n: 200 * n, lambda n: 3 * n, rounds=60), before=10_000, after=230_000, cap=1_000_000
    ),
    "heavy entries of a cache that fills": lambda: with_entries(
        with_cap(
            series(lambda n: 150_000 * n, noise=5_000, rounds=6, operations=50, seconds_per_operation=0.1),
            before=150,
            after=430,
            cap=500,
        ),
        lambda n: n,
    ),
    "a saw-tooth of 130,000 operations that has just fallen": lambda: series(saw_from(105_000, 130_000, 10), rounds=40),
    "twenty pages in a short run": lambda: series(flat, pages=lambda n: PAGE * (n // 800), rounds=4, operations=4_900),
    "seven threads in a short run": lambda: series(flat, threads=lambda n: n // 1_800, rounds=4, operations=4_900),
    "a descriptor now and then in a short run": lambda: series(
        flat, descriptors=lambda n: n // 5_500, rounds=5, operations=4_900
    ),
    "two large jumps of pages": lambda: series(
        flat, pages=lambda n: (8 << 20) * ((n >= 40_000) + (n >= 54_000)), rounds=26
    ),
    "a short run that drains": lambda: series(lambda n: -20 * n, rounds=5),
    "a short run with a jump": lambda: series(lambda n: 500_000 * (n >= 15_000), rounds=5),
}


def _walk(seed: int) -> Series:
    return series(walk(seed), rounds=60, seed=seed)


CASES = {
    **{name: (made, "leaking") for name, made in LEAKING.items()},
    **{name: (made, "clean") for name, made in CLEAN.items()},
    **{name: (made, "inconclusive") for name, made in INCONCLUSIVE.items()},
    **{f"a random walk, {seed}": (partial(_walk, seed), "clean") for seed in range(40)},
}
