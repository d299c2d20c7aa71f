"""Entries of containers with a known bound, in this very process."""

import functools
import weakref
from collections import deque

from find_mem_leaks.measured.probes import entries


def test_entries_of_all_containers_with_a_known_bound_are_counted():
    @functools.lru_cache(maxsize=1_000)
    def cached(number):
        return number

    entries.find()
    before = entries.read()
    for number in range(300):
        cached(number)
    assert entries.read() - before == 300


def test_a_container_is_not_kept_and_what_has_gone_has_no_entries():
    recent = deque([object] * 500, maxlen=1_000)
    entries.find()
    before, gone = entries.read(), weakref.ref(recent)
    del recent
    assert gone() is None
    assert before - entries.read() == 500


def test_one_that_cannot_be_referred_to_weakly_is_counted_too():
    class Unreferred(tuple):
        __slots__ = ()
        capacity = 1_000

    Unreferred.__name__ = "SmallCache"
    kept = Unreferred([[]] * 70)
    entries.find()
    with_it = entries.read()
    assert any(entries._itself is getattr(reference, "func", None) for reference in entries._found)
    assert with_it >= len(kept)
