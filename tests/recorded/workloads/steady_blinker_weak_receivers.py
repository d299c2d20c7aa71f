"""Connect the method of a short-lived object to a blinker signal in each operation.

Does not leak: receivers are held weakly, and blinker tidies up when they die.
"""

import blinker

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("blinker",)

_changed = blinker.Signal()


class Page:
    def __init__(self, number):
        self.number = number
        _changed.connect(self.on_change)

    def on_change(self, sender):
        self.number += 1


def operation(i):
    page = Page(i)
    _changed.send("shop")
    return page.number
