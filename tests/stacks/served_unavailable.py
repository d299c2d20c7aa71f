"""A served stack whose 10th delete answers 503."""

from starlette.responses import PlainTextResponse

from ._served_misbehaving import Misbehaving
from .starlette_async_session import REQUIRES as REQUIRES


class Stack(Misbehaving):
    async def _misbehave(self):
        return PlainTextResponse("try again\nlater", status_code=503)
