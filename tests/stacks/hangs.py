"""A stack that never returns in its 100th delete."""

import time

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        time.sleep(3600)
