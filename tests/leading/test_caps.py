import pytest

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict, judge
from find_mem_leaks.leading.auto import auto
from led import Measured, lead, order


def test_containers_that_grew_are_noted_where_memory_grew():
    [cap] = lead(auto, Measured(rate=16), order()).caps
    assert cap.name == "a cache"
    assert 0 < cap.before < cap.after
    assert lead(auto, Measured(), order()).caps == ()


def test_containers_are_asked_for_once_after_the_operations_that_convict():
    measured = Measured(rate=16)
    lead(auto, measured, order())
    asked = [request["do"] for request in measured.requests]
    assert asked.count("caps") == 2
    assert asked[-1] == "caps"


class Reusing(Measured):
    """A container each time it is asked, of another name, where the one before has been."""

    async def ask(self, seconds, **request):
        reply = await super().ask(seconds, **request)
        named = [{**cap, "name": f"cache {self.operations}"} for cap in reply.get("caps", [])]
        return {"caps": named} if named else reply


def test_a_container_in_the_place_of_another_is_not_taken_for_it():
    assert lead(auto, Reusing(rate=16), order()).caps == ()


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
    found = lead(auto, Filling(), order())
    assert sum(round_.operations for round_ in found.rounds) > Filling.bound
    assert judge(found, Rules()).verdict is Verdict.BOUNDED


@pytest.mark.parametrize("bound", [96_000, 100_000, 104_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_container_that_was_full_just_before_the_first_conviction_is_none(bound, seed):
    filling = Filling()
    filling.bound = bound
    found = lead(auto, filling, order(seed=seed))
    assert judge(found, Rules()).verdict is Verdict.BOUNDED
