"""Schedule a watchdog handler for each upload folder with an observer, before it is started.

Leaks: watches of folders that have gone are not unscheduled.
"""

from watchdog.events import FileSystemEventHandler
from watchdog.observers.polling import PollingObserver

TRUTH = "leaking"
RATE = 450.0
REQUIRES = ("watchdog",)

_observer = PollingObserver()


def operation(i):
    if i % 10 == 0:
        _observer.schedule(FileSystemEventHandler(), f"/nowhere/upload-{i}")  # leaks
