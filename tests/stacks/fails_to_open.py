"""A stack that raises when it is opened."""

from . import plain_sqlite
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(plain_sqlite.Stack):
    def open(self):
        raise RuntimeError("no such database")
