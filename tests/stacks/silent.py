"""A stack that closes the protocol and goes on in its 100th delete."""

import os
import time

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        os.closerange(3, 64)
        time.sleep(3600)
