"""A stack that is killed with SIGKILL in its 100th delete."""

import os
import signal

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        os.kill(os.getpid(), signal.SIGKILL)
