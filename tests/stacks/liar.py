"""A stack that deletes nothing in its 100th delete."""

from ._misbehaving import Misbehaving
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Misbehaving):
    def _misbehave(self):
        pass
