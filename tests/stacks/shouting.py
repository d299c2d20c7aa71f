"""The plain stack, printing on standard output all the while: that is no part of the protocol."""

from . import plain_sqlite
from .plain_sqlite import REQUIRES as REQUIRES


class Stack(plain_sqlite.Stack):
    def read(self, post_id):
        print('{"error": "not really"}', flush=True)
        super().read(post_id)
