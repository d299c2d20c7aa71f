"""Schedule a watchdog handler for each upload and unschedule it when the upload is done.

Does not leak: the observer forgets the watch.
"""

from watchdog.events import FileSystemEventHandler
from watchdog.observers.polling import PollingObserver

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("watchdog",)

_observer = PollingObserver()


def setup():
    _observer.schedule(FileSystemEventHandler(), "/nowhere")


def operation(i):
    watch = _observer.schedule(FileSystemEventHandler(), f"/nowhere/upload-{i}")
    _observer.unschedule(watch)
