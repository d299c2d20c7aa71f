"""The stack plain_sqlite with a deliberate leak of one object() an operation."""

from . import plain_sqlite
from ._keeping import Keeping
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(Keeping, plain_sqlite.Stack):
    pass
