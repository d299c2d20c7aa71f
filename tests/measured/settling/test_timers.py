"""What asyncio keeps of timers that were cancelled, and that it is gone before a look."""

import asyncio

import pytest

from find_mem_leaks.measured.settling import timers


@pytest.mark.parametrize("cancelled", [0, 1, 30, 99, 100, 101, 250])
def test_cancelled_timers_go_and_others_stay(cancelled):
    async def scheduled():
        loop = asyncio.get_running_loop()
        kept = loop.call_later(1000, print)
        for _ in range(cancelled):
            loop.call_later(1000, print).cancel()
        await timers.drop_cancelled()
        found = list(loop._scheduled)
        kept.cancel()
        return found == [kept]

    assert asyncio.run(scheduled())


@pytest.mark.parametrize("pending", [90, 400])
def test_timers_go_however_many_are_still_to_come(pending):
    """asyncio drops what was cancelled once it is more than half of all: fewer are still to come than that."""

    async def left():
        loop = asyncio.get_running_loop()
        kept = [loop.call_later(1000, print) for _ in range(pending)]
        loop.call_later(1000, print).cancel()
        await timers.drop_cancelled()
        found = sum(timer.cancelled() for timer in loop._scheduled)
        for timer in kept:
            timer.cancel()
        return found

    assert asyncio.run(left()) == 0


def test_new_timers_come_at_once_and_others_in_their_time():
    async def ran():
        loop = asyncio.get_running_loop()
        called = []
        older = loop.call_later(4, called.append, "before")
        before, began = timers.pending(), loop.time()
        new = [loop.call_later(5, called.append, "new"), loop.call_later(6, called.append, "cancelled")]
        new[1].cancel()
        far = loop.call_later(timers.LONGEST + 5, called.append, "too far off")
        await timers.run_out(before)
        await timers.drop_cancelled()
        left = {*loop._scheduled} == {older, far}
        older.cancel()
        far.cancel()
        return called, left, loop.time() - began

    called, left, seconds = asyncio.run(ran())
    assert (called, left) == (["new"], True)
    assert seconds < 4


def test_what_a_timer_begins_comes_to_its_end():
    async def ran():
        before, ended = timers.pending(), []
        waiting = asyncio.ensure_future(asyncio.sleep(5))
        waiting.add_done_callback(lambda _: ended.append(True))
        await asyncio.sleep(0)
        await timers.run_out(before)
        return ended

    assert asyncio.run(ran()) == [True]
