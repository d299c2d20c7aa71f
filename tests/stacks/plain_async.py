"""The plain stack behind coroutine functions."""

import asyncio

from . import plain_sqlite
from .plain_sqlite import REQUIRES as REQUIRES


class Stack:
    def __init__(self, path):
        self._stack = plain_sqlite.Stack(path)

    async def open(self):
        self._stack.open()

    async def create(self):
        await asyncio.sleep(0)
        self._stack.create()

    async def read(self, post_id):
        await asyncio.sleep(0)
        self._stack.read(post_id)

    async def update(self, post_id):
        await asyncio.sleep(0)
        self._stack.update(post_id)

    async def delete(self, post_id):
        await asyncio.sleep(0)
        self._stack.delete(post_id)

    async def close(self):
        self._stack.close()
