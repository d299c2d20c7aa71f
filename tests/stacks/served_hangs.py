"""A served stack whose 10th delete is never answered; a file beside this one says that it has come so far."""

import asyncio
from pathlib import Path

from ._served_misbehaving import Misbehaving
from .starlette_async_session import REQUIRES as REQUIRES


class Stack(Misbehaving):
    async def _misbehave(self):
        Path(__file__).with_name("hanging").touch()
        await asyncio.Event().wait()
