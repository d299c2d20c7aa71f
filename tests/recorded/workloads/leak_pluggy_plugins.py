"""Register a plug-in object per project with a pluggy manager in one operation of forty.

Leaks: none is unregistered.
"""

import pluggy

TRUTH = "leaking"
RATE = 79.1
REQUIRES = ("pluggy",)

_manager = pluggy.PluginManager("shop")
_implements = pluggy.HookimplMarker("shop")


class Project:
    def __init__(self, number):
        self.data = list(range(number, number + 60))

    @_implements
    def total(self):
        return sum(self.data)


def operation(i):
    if i % 40 == 0:
        _manager.register(Project(i), f"project-{i}")  # leaks
