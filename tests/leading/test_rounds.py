import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.judging.criteria import MEMORY_CAP
from find_mem_leaks.judging.probes import MODULES
from find_mem_leaks.leading import rounds
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.subjects.scenarios import SCENARIOS, from_mix
from led import Measured, order

WARM_UP = False


@given(st.integers(1, 5_000), st.integers(1, 300), st.integers(0, 99))
def test_a_round_is_cut_into_stretches_that_make_up_the_whole(operations, looks, seed):
    stretches = rounds.cut(operations, looks, random.Random(seed))
    assert sum(stretches) == operations
    assert len(stretches) == min(looks, operations)
    assert min(stretches) >= 1


def test_stretches_have_lengths_of_no_period():
    assert len(set(rounds.cut(8_000, 10, random.Random(0)))) > 5


def test_lengths_are_the_same_for_one_order_and_others_for_another():
    drawn = {
        rounds.dither(asked).random()
        for asked in (order(), order(), order(seed=1), order(stack="other"), order(scenario=SCENARIOS["read_heavy"]))
    }
    assert len(drawn) == 4


def carry_out(measured, stretches, recorder=None):
    recorder = recorder or Recorder(lambda operations: None)
    return asyncio.run(rounds.carry_out(measured.ask, order(), 1, stretches, WARM_UP, recorder))


def test_a_round_prepares_once_looks_after_each_stretch_and_finishes():
    measured = Measured(rate=2)
    made = carry_out(measured, [10, 20, 30])
    assert [request["do"] for request in measured.requests] == ["prepare", "stretch", "stretch", "stretch", "finish"]
    assert measured.requests[0] == {"do": "prepare", "round": 1, "operations": 60}
    assert (made.operations, made.counts) == (60, (15, 15, 15, 15))
    assert [sample.operations for sample in made.samples] == [10, 30, 60, 60]
    assert (made.initial_rss, made.final_rss, made.anonymous, made.peak) == (1_000, 2_000, 1_500, 3_000)


def test_a_workload_without_kinds_of_operations_has_no_counts():
    class Own(Measured):
        async def ask(self, seconds, **request):
            reply = await super().ask(seconds, **request)
            return {**reply, "counts": {}} if request["do"] == "prepare" else reply

    assert carry_out(Own(), [5]).counts == (0, 0, 0, 0)


def test_a_round_ends_early_where_memory_runs_out():
    measured = Measured(rate=MEMORY_CAP // 15)
    made = carry_out(measured, [10, 10, 10, 10])
    assert made.operations == 30
    assert measured.requests[-1]["do"] == "finish"


def test_a_round_that_breaks_off_is_kept_as_far_as_it_came():
    class Broken(Measured):
        async def ask(self, seconds, **request):
            if request["do"] == "stretch" and self.operations == 30:
                raise OSError("broken")
            return await super().ask(seconds, **request)

    recorder = Recorder(lambda operations: None)
    with pytest.raises(OSError, match="broken"):
        carry_out(Broken(), [10, 20, 30], recorder)
    [kept] = recorder.so_far.rounds
    assert kept.operations == 30
    assert (kept.final_rss, kept.peak) == (9, 1_000)


def test_operations_that_took_long_before_are_waited_for_longer():
    waited = []

    class Timed(Measured):
        async def ask(self, seconds, **request):
            waited.append(seconds)
            return await super().ask(seconds, **request)

    carry_out(Timed(seconds=0.5), [10, 20])
    assert waited[:2] == [order().stall, order().stall]
    assert waited[2] == order().stall + 10 * 20 * 0.5


def test_a_stack_is_opened_with_all_that_its_order_says():
    measured = Measured()
    asked = order(scenario=from_mix("1/2/3/4"), file="work.py", concurrency=3, seed=7)
    asyncio.run(rounds.open_stack(measured.ask, asked, "/directory", 500))
    assert measured.requests == [
        {
            "do": "open", "stack": "any", "file": "work.py", "application": None, "test": None, "database": None,
            "scenario": "mix_1_2_3_4", "concurrency": 3, "directory": "/directory", "mix": (1, 2, 3, 4), "seed": 7,
            "capacity": 500, "probes": (*MODULES, "entries", "fill", "idle"), "hands_off": False,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(("is_over", "operations"), [(False, 5), (True, 2)])
def test_single_operations_that_take_long_are_carried_out_until_time_is_up(is_over, operations):
    measured, recorder = Measured(seconds=1.0), Recorder(lambda operations: None)
    made = asyncio.run(rounds.carry_out(measured.ask, order(), 1, [1] * 5, WARM_UP, recorder, 1.5, lambda: is_over))
    assert made.operations == operations
