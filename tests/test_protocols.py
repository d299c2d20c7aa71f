import asyncio
import gc
import sys
import time
from types import SimpleNamespace

import pytest

from find_mem_leaks import protocols
from find_mem_leaks.judging.verdict import Horizon, Rules, Verdict, judge
from find_mem_leaks.protocols import Order, Recorder
from find_mem_leaks.subjects.scenarios import SCENARIOS


class Measured:
    """A measured process whose live bytes grow by ``rate`` an operation, each of which takes ``seconds``; a look takes
    a tenth of a second by its clock, in no time."""

    looking = 0.1

    def __init__(self, rate=0.0, seconds=1e-4):
        self.rate, self.seconds = rate, seconds
        self.operations, self.clock = 0, 0.0
        self.requests = []
        self.planned = 0

    async def ask(self, seconds, **request):
        self.requests.append(request)
        if request["do"] == "open":
            return {"python": "3", "packages": {}}
        if request["do"] == "prepare":
            assert self.planned == 0 or request["round"] == 1
            self.planned = request["operations"]
            quarter = request["operations"] // 4
            counts = {"create": quarter, "read": quarter, "update": quarter}
            return {"counts": {**counts, "delete": request["operations"] - 3 * quarter}, "rss": 1_000}
        if request["do"] == "stretch":
            count = request["operations"]
            assert 0 <= count <= self.planned
            self.planned -= count
            self.operations += count
            live = 1_000_000 + int(self.rate * self.operations)
            steady = {"blocks": 10_000, "elsewhere": 5, "rss": 9, "threads": 1, "descriptors": 3, "uncollectable": 0}
            self.clock += count * self.seconds + self.looking
            steady |= {"private": 8, "taken": 7, "clock": self.clock}
            return {"seconds": count * self.seconds, "live_bytes": live, **steady}
        if request["do"] == "caps":
            size = self.operations // 1_000 if self.rate else 0
            return {"caps": [{"id": 1, "name": "a cache", "size": size, "cap": 10**9}]}
        assert request["do"] == "finish"
        return {"rss": 2_000, "anonymous": 1_500, "peak": 3_000}


def order(**changes):
    fields = {
        "stack": "any", "scenario": SCENARIOS["10000_operations"], "seed": 0, "rules": Rules(),
        "time_cap": 30.0, "stall": 5.0,
    }  # fmt: skip
    return Order(**{**fields, **changes})


def lead(protocol, measured, the_order):
    reached = []
    recorder = Recorder(reached.append)
    asyncio.run(protocol(measured.ask, the_order, "/nowhere", recorder))
    assert reached == sorted(reached)
    assert reached[-1] == measured.operations
    return recorder.series


def test_the_fixed_protocol_carries_out_exactly_what_it_was_asked_for():
    measured = Measured()
    found = lead(protocols.fixed, measured, order(rounds=5))
    assert [round_.operations for round_ in found.rounds] == [10_000] * 5
    assert measured.operations == 50_000
    assert [round_.warm_up for round_ in found.rounds] == [True, False, False, False, False]
    assert found.rounds[0].counts == (2_500, 2_500, 2_500, 2_500)
    assert (found.rounds[0].initial_rss, found.rounds[0].final_rss, found.rounds[0].peak) == (1_000, 2_000, 3_000)


def test_the_first_round_begins_with_the_memory_before_the_very_first_operation():
    class Growing(Measured):
        async def ask(self, seconds, **request):
            reply = await super().ask(seconds, **request)
            return {**reply, "rss": 1_000 + self.operations} if request["do"] == "prepare" else reply

    rounds = lead(protocols.auto, Growing(), order()).rounds
    assert rounds[0].initial_rss == 1_000
    assert rounds[1].initial_rss > 1_000


@pytest.mark.parametrize("operations", [1, 7, 16, 1_000, 10_001])
def test_the_fixed_protocol_does_any_number_of_operations(operations):
    from dataclasses import replace

    scenario = replace(SCENARIOS["read_heavy"], operations=operations)
    measured = Measured()
    found = lead(protocols.fixed, measured, order(rounds=1, scenario=scenario))
    assert measured.operations == operations
    assert not found.rounds[0].warm_up


def test_the_auto_protocol_stops_when_the_verdict_is_decided():
    measured = Measured()
    found = lead(protocols.auto, measured, order())
    assert judge(found, Rules()).verdict is Verdict.CLEAN
    assert Rules().acquit.operations <= found.operations < 3 * Rules().acquit.operations
    assert sum(round_.warm_up for round_ in found.rounds) == 3


def test_the_auto_protocol_looks_longer_before_it_convicts_than_before_it_acquits():
    found = lead(protocols.auto, Measured(rate=16), order())
    verdict = judge(found, Rules())
    assert verdict.verdict is Verdict.LEAKING
    assert found.operations >= Rules().convict.operations
    assert verdict.bytes.low <= 16 <= verdict.bytes.high


def test_containers_that_grew_are_noted_where_memory_grew():
    [cap] = lead(protocols.auto, Measured(rate=16), order()).caps
    assert cap.name == "a cache"
    assert 0 < cap.before < cap.after
    assert lead(protocols.auto, Measured(), order()).caps == ()


class Reusing(Measured):
    """A container each time it is asked, of another name, where the one before has been."""

    async def ask(self, seconds, **request):
        reply = await super().ask(seconds, **request)
        named = [{**cap, "name": f"cache {self.operations}"} for cap in reply.get("caps", [])]
        return {"caps": named} if named else reply


def test_a_container_in_the_place_of_another_is_not_taken_for_it():
    assert lead(protocols.auto, Reusing(rate=16), order()).caps == ()


class Filling(Measured):
    """A container of a known bound that gains an entry an operation until it is full."""

    bound = 300_000

    async def ask(self, seconds, **request):
        reply = await super().ask(seconds, **request)
        held = min(self.operations, self.bound)
        if request["do"] == "caps":
            return {"caps": [{"id": 1, "name": "a cache", "size": held, "cap": self.bound}]}
        return {**reply, "live_bytes": 1_000_000 + 64 * held} if request["do"] == "stretch" else reply


def test_growth_that_a_container_with_room_left_explains_is_followed_until_it_is_full():
    found = lead(protocols.auto, Filling(), order())
    assert sum(round_.operations for round_ in found.rounds) > Filling.bound
    assert judge(found, Rules()).verdict is Verdict.BOUNDED


@pytest.mark.parametrize("bound", [96_000, 100_000, 104_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_container_that_was_full_just_before_the_first_conviction_is_none(bound, seed):
    filling = Filling()
    filling.bound = bound
    found = lead(protocols.auto, filling, order(seed=seed))
    assert judge(found, Rules()).verdict is Verdict.BOUNDED


@pytest.mark.parametrize("rate", [200_000, 5_000_000, 10_000_000])
def test_a_leak_of_much_memory_an_operation_has_its_verdict_before_memory_runs_out(rate):
    found = lead(protocols.auto, Measured(rate=rate), order())
    judged = judge(found, Rules(), last=True)
    assert judged.verdict is Verdict.LEAKING
    assert judged.bytes.low <= rate <= judged.bytes.high


def test_memory_that_runs_out_at_once_is_said():
    found = lead(protocols.auto, Measured(rate=500_000_000), order())
    assert judge(found, Rules(), last=True).reason.startswith("memory grew by ")


def test_rounds_and_stretches_have_lengths_of_no_period():
    measured = Measured()
    found = lead(protocols.auto, measured, order())
    lengths = [round_.operations for round_ in found.rounds]
    assert len(set(lengths)) == len(lengths)
    stretches = [request["operations"] for request in measured.requests if request["do"] == "stretch"]
    assert len(set(stretches)) > 50


def test_one_seed_gives_one_series_of_requests():
    first, again, other = Measured(), Measured(), Measured()
    lead(protocols.auto, first, order())
    lead(protocols.auto, again, order())
    lead(protocols.auto, other, order(seed=1))
    assert first.requests == again.requests
    assert first.requests != other.requests


def test_slow_operations_make_short_rounds_and_quick_ones_long_rounds():
    slow = lead(protocols.auto, Measured(seconds=0.05), order(rules=Rules(acquit=Horizon(1, 1.0, 1.0, 10**9))))
    quick = lead(protocols.auto, Measured(seconds=1e-7), order())
    assert max(round_.operations for round_ in slow.rounds) < 100
    assert max(round_.operations for round_ in quick.rounds) > 6_000


class Costly(Measured):
    """Looks that take the longer the more operations there were, by the measured process's own clock."""

    async def ask(self, seconds, **request):
        self.looking = self.each + self.more * self.operations
        return await super().ask(seconds, **request)


@pytest.mark.parametrize(("more", "longest"), [(1e-6, protocols.LONGEST), (0.0, protocols.MOST_OPERATIONS)])
def test_rounds_get_longer_where_looks_have_become_costly(monkeypatch, more, longest):
    measured = Costly(rate=16, seconds=2e-6)
    measured.each, measured.more = 0.001, more
    monkeypatch.setattr(protocols, "time", SimpleNamespace(monotonic=lambda: measured.clock))
    found = lead(protocols.auto, measured, order(time_cap=10_000.0))
    lengths = [round_.operations for round_ in found.rounds]
    assert longest * 0.9 < max(lengths) <= longest * protocols.DITHER[1]
    assert judge(found, Rules()).verdict is Verdict.LEAKING


def test_the_time_cap_ends_a_cell_that_nothing_decides():
    started = time.monotonic()
    rules = Rules(acquit=Horizon(10**12, 1e9, 1e9, 10**12))
    found = lead(protocols.auto, Measured(), order(time_cap=0.3, rules=rules))
    assert time.monotonic() - started < 5
    assert judge(found, rules).verdict is Verdict.INCONCLUSIVE


def test_the_record_of_a_cell_does_not_grow_with_its_rounds():
    """Exact: blocks that the tool itself holds after some rounds and after ten times as many."""
    held = {}

    async def go_on(rounds):
        measured = Measured()
        recorder = Recorder(lambda operations: None)
        for number in range(rounds):
            measured.planned = 0
            stretches = [10] * protocols.LOOKS
            made = await protocols._round(measured.ask, order(), number + 1, stretches, number < 3, recorder)
            recorder.add(made)
            recorder.thin()
            measured.requests.clear()
        gc.collect()
        held[rounds] = (sys.getallocatedblocks(), len(recorder.series.rounds))

    for rounds in (300, 300, 3_000):
        asyncio.run(go_on(rounds))
    blocks, kept = held[300]
    most_blocks, most_kept = held[3_000]
    assert most_kept <= protocols.MOST_ROUNDS + protocols.WARM_UP_ROUNDS
    assert most_blocks - blocks < 8 * protocols.LOOKS * (protocols.MOST_ROUNDS - kept + 10)
