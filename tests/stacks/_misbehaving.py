"""The plain stack, whose 100th delete does what its subclass says instead."""

from . import plain_sqlite


class Misbehaving(plain_sqlite.Stack):
    _deleted = 0

    def delete(self, post_id):
        self._deleted += 1
        if self._deleted == 100:
            self._misbehave()
        else:
            super().delete(post_id)
