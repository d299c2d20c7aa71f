"""All coroutines of a person's file are carried out by one task, as by the main coroutine of a program."""

import asyncio

import pytest

from find_mem_leaks.measured.one_task import OneTask


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_coroutines_share_a_task_and_each_gives_back_its_own_result(loop):
    async def current():
        await asyncio.sleep(0)
        return asyncio.current_task()

    task = OneTask(loop)
    first, second = task.finish(current()), task.finish(current())
    assert first is second
    task.end()
    assert first.cancelled()


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), asyncio.CancelledError()])
def test_what_one_raises_is_raised_and_the_next_goes_on(loop, error):
    async def fails():
        raise error

    task = OneTask(loop)
    with pytest.raises(type(error)):
        task.finish(fails())
    assert task.finish(asyncio.sleep(0, "on")) == "on"
    task.end()
