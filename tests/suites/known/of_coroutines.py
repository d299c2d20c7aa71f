"""Coroutines of known truth."""

import asyncio

import pytest

pytest.importorskip("pytest_asyncio")
pytest.importorskip("anyio")

answers = []
loops = []


@pytest.mark.asyncio
async def test_leak_coroutine():
    await asyncio.sleep(0)
    answers.append(bytearray(100))  # leaks: an answer


@pytest.mark.asyncio
async def test_coroutine():
    assert await asyncio.gather(asyncio.sleep(0, 1), asyncio.sleep(0, 2)) == [1, 2]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_anyio(anyio_backend):
    await asyncio.sleep(0)
