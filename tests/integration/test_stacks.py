"""Every stack that ships does what its plan says: all in one process of each series, whose memory nobody measures."""

import asyncio

import pytest

from answering import answering
from conftest import SERIES
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.hands_off import hands_off
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.leading.rounds import carry_out, open_stack
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.scenarios import Scenario

STACKS = {name: stack for name, stack in catalogue.stacks().items() if stack.is_usual}
SERVED = {name for name, stack in STACKS.items() if stack.is_served}
SMALL = Scenario("balanced", (25, 25, 25, 25), 40)


def order(stack):
    return Order(stack, SMALL, seed=0, rules=Rules(), time_cap=20.0, stall=60.0, rounds=2, concurrency=2)


def led(ask, stack, folder):
    """Two rounds of a stack, of two stretches each; then it is closed."""

    async def lead():
        recorder = Recorder(lambda operations: None)
        recorder.opened(await open_stack(ask, order(stack), str(folder), SMALL.operations))
        made = [await carry_out(ask, order(stack), number, [15, 25], number == 1, recorder) for number in (1, 2)]
        await ask(60.0, do="close")
        return made

    folder.mkdir()
    return asyncio.run(lead())


def test_the_usual_stacks_are_served_and_not():
    assert {"fastapi_injector_sync_session", "fastapi_async_session", "starlette_async_session"} <= SERVED
    assert {"sync_session", "async_scoped_session", "peewee_sync_connection"} <= STACKS.keys() - SERVED


@pytest.mark.parametrize("series", SERIES)
def test_every_stack_does_what_the_plan_says(python_with, tmp_path, series):
    """Those that are served in one series: what serves them is the same in all."""
    with answering(python_with(series), catalogue.MEASURED) as ask:
        for name in sorted(STACKS if series == "2.0" else STACKS.keys() - SERVED):
            rounds = led(ask, name, tmp_path / name)
            assert [each.counts for each in rounds] == [(10, 10, 10, 10)] * 2, name
            assert [each.operations for each in rounds] == [40, 40], name


@pytest.mark.parametrize("name", ["async_scoped_session", "fastapi_injector_sync_session"])
def test_a_stack_may_be_left_alone_and_asked_what_it_holds(python_with, tmp_path, name):
    async def lead():
        found = await hands_off(ask, order(name), str(tmp_path), 100, goes_on=False)
        await ask(60.0, do="close")
        return found

    with answering(python_with("2.0"), catalogue.MEASURED) as ask:
        found = asyncio.run(lead())
    assert found.operations >= 96
    assert found.end["blocks"] > 0
