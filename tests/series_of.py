"""Series of known shape for the tests: what a stack whose memory is a given function of its operations would yield."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from find_mem_leaks.judging.series import Round, Sample, Series

Shape = Callable[[int], float]

BASE_BYTES = 5_000_000
BASE_BLOCKS = 50_000


def series(
    live_bytes: Shape,
    blocks: Shape = lambda n: 0,
    *,
    pages: Shape = lambda n: 0,
    reserved: Shape = lambda n: 0,
    touched: Shape = lambda n: 0,
    threads: Shape = lambda n: 0,
    processes: Shape = lambda n: 0,
    children: Shape = lambda n: 0,
    shared: Shape = lambda n: 0,
    rounds: int = 30,
    operations: int = 4_000,
    seconds_per_operation: float = 1e-4,
    noise: float = 0.0,
    seed: int = 0,
) -> Series:
    """Rounds of dithered lengths after three of warm-up.

    ``pages``: mapped by no allocator and used, ``reserved``: mapped and not used, ``touched``: used of what was mapped
    from the beginning; ``children``: bytes of child processes, ``shared``: bytes of segments of a page each; ``noise``:
    bytes that garbage adds to a reading at most.
    """
    rng = random.Random(seed)
    done, clock, made = 0, 0.0, []
    for number in range(rounds + 3):
        length = round(operations * rng.uniform(0.7, 1.3))
        ends = [*sorted(rng.sample(range(1, length), 31)), length]
        samples = []
        for begin, end in zip([0, *ends], ends, strict=False):
            at, garbage = done + end, rng.random() * noise
            live = BASE_BYTES + math.floor(live_bytes(at) + garbage)
            count = BASE_BLOCKS + math.floor(blocks(at) + garbage / 64)
            mapped = math.floor(pages(at))
            seconds = (end - begin) * seconds_per_operation
            clock += seconds
            elsewhere, rss = mapped + math.floor(reserved(at)), mapped + live
            private = rss + math.floor(touched(at))
            counts = {"threads": 4 + math.floor(threads(at)), "descriptors": 9, "uncollectable": 0}
            counts |= {"processes": math.floor(processes(at)), "children": math.floor(children(at))}
            counts |= {"shared_memory": math.floor(shared(at)), "shared_segments": math.floor(shared(at) / 4_096)}
            samples.append(Sample(at, seconds, live, count, elsewhere, private, private, live, clock, counts))
        done += length
        made.append(Round(length, (length, 0, 0, 0), number < 3, 1, 2, 3, 4, tuple(samples)))
    return Series(tuple(made))
