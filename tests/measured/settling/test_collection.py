import gc
import weakref

import pytest

from find_mem_leaks.measured.settling import collection


class Cycle:
    me: object


def test_what_is_alive_when_a_round_begins_is_set_aside_until_its_end():
    collection.begin_round()
    assert gc.get_freeze_count() > 0
    collection.end_round()
    assert gc.get_freeze_count() == 0


def test_garbage_that_a_round_makes_is_gone_at_the_next_look():
    collection.begin_round()
    cycle = Cycle()
    cycle.me = cycle
    dead = weakref.ref(cycle)
    del cycle
    collection.collect()
    assert dead() is None


def test_a_collector_that_the_workload_switched_off_stays_off():
    gc.collect()
    gc.disable()
    collection.begin_round()
    assert gc.get_freeze_count() == 0
    cycle = Cycle()
    cycle.me = cycle
    dead = weakref.ref(cycle)
    del cycle
    collection.collect()
    collection.end_round()
    assert dead() is not None


def test_a_cycle_that_the_workload_freezes_in_a_round_stays_as_it_would_in_production():
    old = [[] for _ in range(1_000)]
    collection.begin_round()
    cycle = Cycle()
    cycle.me = cycle
    dead = weakref.ref(cycle)
    gc.freeze()
    del cycle, old
    collection.end_round()
    collection.begin_round()
    collection.end_round()
    assert dead() is not None


def test_objects_that_the_workload_froze_itself_stay_frozen():
    gc.freeze()
    frozen = gc.get_freeze_count()
    collection.begin_round()
    collection.end_round()
    assert gc.get_freeze_count() == pytest.approx(frozen, abs=100)


class LetsGo:
    """In a cycle with itself; what it holds is let go of by its finalizer alone, from where nobody collects it."""

    def __init__(self, held):
        self.me = self
        KEPT.append(held)

    def __del__(self):
        KEPT.clear()


KEPT = []


def test_what_only_a_collection_lets_go_of_is_collected_too():
    cycle = Cycle()
    cycle.me = cycle
    dead = weakref.ref(cycle)
    LetsGo(cycle)
    del cycle
    collection.collect()
    assert dead() is None


class Again:
    """Leaves another of its kind behind when it is collected."""

    def __init__(self, left):
        self.me, self.left = self, left

    def __del__(self):
        MADE.append(1)
        if self.left:
            Again(self.left - 1)


MADE = []


def test_finalizers_that_make_new_garbage_each_time_are_not_waited_for():
    Again(100)
    collection.collect()
    assert 1 < len(MADE) < 100
    while gc.collect():
        pass
