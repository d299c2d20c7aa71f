"""The stack sync_session with a deliberate leak of one object() an operation."""

from . import sync_session
from ._keeping import Keeping
from .sync_session import REQUIRES as REQUIRES


class Stack(Keeping, sync_session.Stack):
    pass
