"""The stack async_session with a deliberate leak of one object() an operation."""

from . import async_session
from ._keeping import KeepingAsync
from .async_session import REQUIRES as REQUIRES


class Stack(KeepingAsync, async_session.Stack):
    pass
