"""Spawn a greenlet that waits for an answer which, for one in twenty, never comes.

Leaks: a waiting greenlet keeps its frames and a copy of its C stack.
"""

import gevent
from gevent.event import Event

TRUTH = "leaking"
RATE = None
REQUIRES = ("gevent",)

WAITING = []


def operation(i):
    event = Event()
    greenlet = gevent.spawn(event.wait)
    gevent.sleep(0)
    if i % 20:
        event.set()
        greenlet.join()
    else:
        WAITING.append((greenlet, event))  # leaks
