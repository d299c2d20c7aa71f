"""Connect a receiver to a signal for one sender, named by a string, send, and disconnect it again.

Leaks: the set of receivers of that sender stays, empty, under the sender's hash.
"""

import blinker

TRUTH = "leaking"
RATE = 303.0
REQUIRES = ("blinker==1.9.0",)
HOLDER = "_by_sender"

_updated = blinker.Signal()


def _receive(sender):
    return sender


def held():
    return len(_updated._by_sender)


def operation(i):
    room = f"room-{i:08}"
    _updated.connect(_receive, sender=room)  # leaks
    assert _updated.send(room) == [(_receive, room)]
    _updated.disconnect(_receive, sender=room)
