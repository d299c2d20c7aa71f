"""A served stack whose process is killed with SIGKILL in its 10th delete."""

import os
import signal

from ._served_misbehaving import Misbehaving
from .starlette_async_session import REQUIRES as REQUIRES


class Stack(Misbehaving):
    async def _misbehave(self):
        os.kill(os.getpid(), signal.SIGKILL)
