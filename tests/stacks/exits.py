"""A stack that ends the process with code 7 in its 100th delete."""

import os
import sys

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        print("the last words", file=sys.stderr, flush=True)
        os._exit(7)
