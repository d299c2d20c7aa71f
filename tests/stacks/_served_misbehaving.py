"""The Starlette stack, whose 10th delete does what its subclass says instead."""

from . import starlette_async_session


class Misbehaving(starlette_async_session.Stack):
    _deleted = 0

    async def _delete(self, request):
        self._deleted += 1
        if self._deleted == 10:
            return await self._misbehave()
        return await super()._delete(request)
