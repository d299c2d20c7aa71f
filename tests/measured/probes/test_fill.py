"""How full containers with a known bound are, in this very process."""

import functools
from collections import deque

from find_mem_leaks.measured.probes import entries, fill


def test_an_entry_counts_by_the_bound_of_its_container():
    @functools.lru_cache(maxsize=1_000)
    def cached(number):
        return number

    recent = deque([object] * 20, maxlen=100)

    class SmallCache(dict):
        capacity = 500

    kept = SmallCache({0: []})
    entries.find()
    before = fill.read()
    cached(1)
    assert fill.read() - before == 1_000
    recent.append(object)
    assert fill.read() - before == 11_000
    kept[1] = []
    assert fill.read() - before == 13_000
