"""Idle threads of pools, in this very process."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import anyio.to_thread
import pytest

from find_mem_leaks.measured.probes import idle


def at_once(pool, number):
    """Let so many jobs of a pool wait for each other, so that it has at least as many threads."""
    met = threading.Barrier(number)
    for job in [pool.submit(met.wait) for _ in range(number)]:
        job.result()


def test_threads_that_a_pool_has_started_and_does_not_use_are_idle():
    with ThreadPoolExecutor(20) as pool, ThreadPoolExecutor(5) as other:
        idle.find()
        before = idle.read()
        at_once(pool, 7)
        at_once(other, 3)
        assert idle.read() - before == 10
        at_once(pool, 12)
        assert idle.read() - before == 15


def test_a_thread_that_never_ends_its_work_is_not_idle():
    ending = threading.Event()
    with ThreadPoolExecutor(20) as pool:
        at_once(pool, 7)
        idle.find()
        before = idle.read()
        for _ in range(2):
            pool.submit(ending.wait)
        assert before - idle.read() == 2
        ending.set()


def test_a_pool_that_was_not_there_when_pools_were_looked_for_and_one_that_has_gone_have_none():
    idle.find()
    before = idle.read()
    with ThreadPoolExecutor(20) as pool:
        at_once(pool, 7)
        assert idle.read() == before
        idle.find()
        assert idle.read() - before == 7
    del pool
    assert idle.read() == before


@pytest.mark.parametrize(("tokens", "expected"), [(40, 6), (4, 4), (float("inf"), 0)])
def test_threads_of_anyio_are_no_more_than_its_limiters_have_tokens(tokens, expected):
    async def started():
        met, limiter = threading.Barrier(6), anyio.CapacityLimiter(6)
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(lambda: anyio.to_thread.run_sync(met.wait, limiter=limiter))
        limiter.total_tokens = tokens
        await asyncio.sleep(0)
        idle.find()
        return idle.read() - before

    before = idle.read()
    assert asyncio.run(started()) == expected


def test_without_pools_there_are_none(monkeypatch):
    monkeypatch.setattr(idle, "_EXECUTORS", "no.such.module")
    monkeypatch.setattr(idle, "_ANYIO", "no.such.module")
    idle.find()
    assert idle.read() == 0
