"""Subscribe a closure to a blinker signal, with weak=False, for each open page.

Leaks: pages never unsubscribe.
"""

import blinker

TRUTH = "leaking"
RATE = None
REQUIRES = ("blinker",)

_changed = blinker.Signal()


def operation(i):
    page = {"number": i, "text": "x" * 40}
    _changed.connect(lambda sender: page, sender=f"item-{i}", weak=False)  # leaks
