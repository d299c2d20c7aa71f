"""A stack that ends the process with code 7 in its 100th delete."""

import os
import sys

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
        print("the last words", file=sys.stderr, flush=True)
        os._exit(7)
