"""A served stack whose 10th delete raises."""

from ._served_misbehaving import Misbehaving
from .starlette_async_session import REQUIRES as REQUIRES


class Stack(Misbehaving):
    async def _misbehave(self):
        raise RuntimeError("no more posts")
