"""A stack that writes on every file descriptor that it finds, the protocol's among them in its 100th delete."""

import contextlib
import os

from . import plain_sqlite
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(plain_sqlite.Stack):
    _deleted = 0

    def delete(self, post_id):
        self._deleted += 1
        if self._deleted == 100:
            self._misbehave()
        else:
            super().delete(post_id)

    def _misbehave(self):
        for descriptor in range(3, 32):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"garbage\n")
