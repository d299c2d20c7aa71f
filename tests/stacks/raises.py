"""A stack that raises in its 100th delete."""

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        raise RuntimeError("no\nmore   posts")
