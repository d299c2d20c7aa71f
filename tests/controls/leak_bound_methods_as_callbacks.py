"""Make a widget per operation and subscribe its method to a bus that outlives it.

Leaks: the bus's list keeps the bound method (64 bytes), which keeps the widget (32) and its name (64). Nobody
unsubscribes.
"""

TRUTH = "leaking"
RATE = 168.5
HOLDER = "Bus.listeners"


class Bus:
    def __init__(self):
        self.listeners = []

    def subscribe(self, listener):
        self.listeners.append(listener)  # leaks


class Widget:
    __slots__ = ("name", "redrawn")

    def __init__(self, name):
        self.name = name  # leaks
        self.redrawn = 0

    def on_change(self):
        self.redrawn += 1


BUS = Bus()


def operation(i):
    widget = Widget(b"widget %08d" % i)  # leaks
    BUS.subscribe(widget.on_change)  # leaks
    widget.on_change()
    return widget.name.upper()
