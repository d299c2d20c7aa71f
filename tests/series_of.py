"""Series of known shape for the tests: what a stack whose memory is a given function of its operations would yield."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise

from find_mem_leaks.judging.deployed import Deployed
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
    idle: Shape = lambda n: 0,
    descriptors: Shape = lambda n: 0,
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
    from the beginning; ``idle``: of the threads; ``children``: bytes of child processes, ``shared``: bytes of segments
    of a page each; ``noise``: bytes that garbage adds to a reading at most.
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
            counts = {
                "threads": 4 + math.floor(threads(at)),
                "idle": math.floor(idle(at)),
                "descriptors": 9 + math.floor(descriptors(at)),
                "uncollectable": 0,
            }
            counts |= {"processes": math.floor(processes(at)), "children": math.floor(children(at))}
            counts |= {"shared_memory": math.floor(shared(at)), "shared_segments": math.floor(shared(at) / 4_096)}
            samples.append(Sample(at, seconds, live, count, elsewhere, private, private, live, clock, counts))
        done += length
        made.append(Round(length, (length, 0, 0, 0), number < 3, 1, 2, 3, 4, tuple(samples)))
    return Series(tuple(made))


def deployed(
    live_bytes: Shape,
    kept: Shape = lambda n: 0,
    *,
    garbage: tuple[int, int, int] = (0, 0, 0),
    collections: Shape = lambda n: 0,
    thresholds: tuple[int, int, int] = (700, 10, 10),
    enabled: bool = True,
    objects: int = 0,
    operations: int = 100_000,
    readings: int = 48,
    seconds_per_operation: float = 1e-4,
) -> Deployed:
    """A hands-off part in which both allocators hand out so many bytes and keep so many more resident.

    ``garbage``: bytes in each generation at the end; ``collections``: of all generations, the oldest with them;
    ``objects``: what the youngest generation has gained at the end.
    """
    at = [operations * (number + 1) // readings for number in range(readings)]
    live = [BASE_BYTES + math.floor(live_bytes(n)) for n in at]
    rss = [bytes_ + math.floor(kept(n)) for bytes_, n in zip(live, at, strict=True)]
    took = [(end - begin) * seconds_per_operation for begin, end in pairwise([0, *at])]
    counts = [(math.floor(collections(n)),) * 3 for n in at]
    begin = _figures(BASE_BYTES, 0) | {"collections": [0, 0, 0], "counts": [0, 0, 0], "large": 0, "waiting": [0, 0]}
    begin |= {"generations": [0, 0, 10_000]}
    end = _figures(live[-1], rss[-1] - live[-1]) | {"garbage": list(garbage), "trimmed": 0, "large": 0}
    end |= {"settled": _figures(live[-1] - sum(garbage), 0), "generations": [0, 0, 10_000]}
    end |= {"collections": list(counts[-1]), "counts": [objects, 0, 0], "thresholds": list(thresholds)}
    end |= {"enabled": enabled, "frozen": 0, "environment": {}}
    return Deployed(tuple(at), tuple(took), tuple(rss), tuple(live), tuple(counts), begin, end)


def _figures(live: int, kept: int) -> dict[str, int]:
    """Figures of a process whose C heap holds everything."""
    rss = live + kept
    figures = {"rss": rss, "peak": rss, "anonymous": rss, "shared": 0, "elsewhere": 0, "blocks": 0, "arenas": 0}
    return {
        **figures,
        "handed_out": live,
        "taken": rss,
        "kept": kept,
        "blind": False,
        "children": 0,
        "left": 0,
        "untouched": 0,
        "free_lists": 0,
    }
