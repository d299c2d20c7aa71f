"""Keep one object() of 16 bytes per operation, in slots that were there before: mixed into a stack, it leaks."""

import inspect

SLOTS = 4_000_000


class _Slots:
    def __init__(self, path):
        super().__init__(path)
        self._kept = [None] * SLOTS
        self._used = 0

    def _keep(self):
        self._kept[self._used] = object()
        self._used += 1


class Keeping(_Slots):
    def create(self):
        self._keep()
        super().create()

    def read(self, post_id):
        self._keep()
        super().read(post_id)

    def update(self, post_id):
        self._keep()
        super().update(post_id)

    def delete(self, post_id):
        self._keep()
        super().delete(post_id)


class KeepingAsync(_Slots):
    async def create(self):
        self._keep()
        await super().create()

    async def read(self, post_id):
        self._keep()
        await super().read(post_id)

    async def update(self, post_id):
        self._keep()
        await super().update(post_id)

    async def delete(self, post_id):
        self._keep()
        await super().delete(post_id)


def mixin(stack):
    """The one of the two that the methods of a stack's class are like: functions, or coroutine functions."""
    return KeepingAsync if inspect.iscoroutinefunction(stack.create) else Keeping
