"""A stack that writes on every file descriptor that it finds, the protocol's among them in its 100th delete."""

import contextlib
import os

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        for descriptor in range(3, 32):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"garbage\n")
