"""A served stack whose reads wait until another cell's server has one too; each writes its port beside this file."""

import asyncio
import os
from pathlib import Path

from . import starlette_async_session
from .starlette_async_session import REQUIRES as REQUIRES

HERE = Path(__file__).parent


class Stack(starlette_async_session.Stack):
    _met = False

    async def _read(self, request):
        if not self._met:
            _, port = request.scope["server"]
            (HERE / f"port_{os.getpid()}").write_text(str(port))
            while len(list(HERE.glob("port_*"))) < 2:  # noqa: ASYNC110 - what it waits for is another process
                await asyncio.sleep(0.01)
            self._met = True
        return await super()._read(request)
