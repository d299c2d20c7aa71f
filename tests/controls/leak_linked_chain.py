"""Make each event point to the event before it, as undo histories and audit trails do.

Leaks: the newest event keeps the whole chain alive: an object (48 bytes) and its number (32) per operation, and no
container that grows.
"""

TRUTH = "leaking"
RATE = 80.0
HOLDER = "Journal.newest"


class Event:
    __slots__ = ("number", "previous")

    def __init__(self, number, previous):
        self.number = number
        self.previous = previous


class Journal:
    newest = None


def operation(i):
    Journal.newest = Event(i * 7919 + 1_000_003, Journal.newest)  # leaks
    return sorted((i * k) % 31 for k in range(5))


def teardown():
    event, Journal.newest = Journal.newest, None
    while event is not None:
        event = event.previous
