"""Every stack that ships does what its plan says: all in one process of each series, whose memory nobody measures."""

import asyncio

import pytest

from answering import answering
from conftest import SERIES
from find_mem_leaks.database_servers import postgresql
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.hands_off import hands_off
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.leading.rounds import carry_out, open_stack
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.databases import DRIVERS, Database, Server
from find_mem_leaks.subjects.scenarios import Scenario

STACKS = {name: stack for name, stack in catalogue.stacks().items() if stack.is_usual}
SERVED = {name for name, stack in STACKS.items() if stack.is_served}
CONTROLS = {name: stack for name, stack in catalogue.stacks().items() if stack.is_control and not stack.is_served}
SMALL, FEW = Scenario("balanced", (25, 25, 25, 25), 40), 12


def own(scenario):
    return Scenario(scenario, (1, 0, 0, 0), FEW)


def order(stack, scenario=SMALL, database=None):
    fixed = {"rounds": 2, "concurrency": 2, "time_cap": 20.0, "stall": 60.0}
    return Order(stack, scenario, seed=0, rules=Rules(), database=database, **fixed)


def led(ask, stack, folder, scenario=SMALL, database=None):
    """Two rounds of a stack, of two stretches each; then it is closed."""
    ordered = order(stack, scenario, database)

    async def lead():
        recorder = Recorder(lambda operations: None)
        recorder.opened(await open_stack(ask, ordered, str(folder), scenario.operations))
        stretches = [5, scenario.operations - 5]
        made = [await carry_out(ask, ordered, number, stretches, number == 1, recorder) for number in (1, 2)]
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


def test_every_control_can_be_carried_out(python_with, tmp_path):
    with answering(python_with("2.0"), catalogue.MEASURED) as ask:
        for name, stack in CONTROLS.items():
            scenario = own(*stack.own) if stack.own else SMALL
            rounds = led(ask, name, tmp_path / name, scenario)
            assert [each.operations for each in rounds] == [scenario.operations] * 2, name


def test_every_scenario_of_a_driver_can_be_carried_out(python_with, tmp_path):
    with postgresql.server() as folder, answering(python_with("2.0"), catalogue.MEASURED) as ask:
        for kind, driver in (("sync", "postgresql+psycopg"), ("async", "postgresql+asyncpg")):
            database = Database(DRIVERS[driver]).at(Server(postgresql.url(folder)))
            rounds = led(ask, f"{kind}_session", tmp_path / kind, SMALL, database)
            assert [each.counts for each in rounds] == [(10, 10, 10, 10)] * 2
            for name in catalogue.stacks()[f"{kind}_driver"].own:
                rounds = led(ask, f"{kind}_driver", tmp_path / f"{kind}_{name}", own(name), database)
                assert [each.operations for each in rounds] == [FEW, FEW], name


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


def test_what_holds_sessions_that_are_never_removed_is_found_in_a_process_that_did_other_things_before(
    python_with, tmp_path
):
    """Over some operations more, and by reading a counter at each of their lines."""
    name = "async_scoped_session_without_remove"

    async def lead():
        await open_stack(ask, order(name), str(tmp_path), 400)
        await ask(60.0, do="prepare", round=1, operations=400)
        looked = {"warm_up": 5, "most": 20, "within": 20.0, "counter": "heap", "rate": 100.0}
        by_lines = await ask(60.0, do="lines", **looked)
        wanted = {"first": 20, "least": 20, "most": 40, "within": 20.0, "rate": 1.0, "bytes": 0.0, "lines": []}
        held = await ask(60.0, do="survey", round=3, **wanted)
        await ask(60.0, do="close")
        return by_lines, held

    with answering(python_with("2.0"), catalogue.MEASURED) as ask:
        led(ask, "async_session", tmp_path / "before")
        by_lines, held = asyncio.run(lead())
    assert by_lines["window"] > 0
    assert any("ScopedRegistry.registry" in entry["holder"] for entry in held["held"]), held
