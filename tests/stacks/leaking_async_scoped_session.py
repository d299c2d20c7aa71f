"""The stack async_scoped_session with a deliberate leak of one object() an operation."""

from . import async_scoped_session
from ._keeping import KeepingAsync
from .async_scoped_session import REQUIRES as REQUIRES


class Stack(KeepingAsync, async_scoped_session.Stack):
    pass
