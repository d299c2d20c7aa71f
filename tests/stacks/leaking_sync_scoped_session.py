"""The stack sync_scoped_session with a deliberate leak of one object() an operation."""

from . import sync_scoped_session
from ._keeping import Keeping
from .sync_scoped_session import REQUIRES as REQUIRES


class Stack(Keeping, sync_scoped_session.Stack):
    pass
