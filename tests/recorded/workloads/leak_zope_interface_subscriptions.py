"""Subscribe an object to an interface in zope's adapter registry, in one operation of ten.

Leaks: subscriptions are never taken back.
"""

from zope.interface import Interface
from zope.interface.adapter import AdapterRegistry

TRUTH = "leaking"
RATE = 24.0
REQUIRES = ("zope.interface",)


class IChanged(Interface):
    pass


_registry = AdapterRegistry()


def operation(i):
    if i % 10 == 0:
        _registry.subscribe([IChanged], None, ("observer", i, bytes(100)))  # leaks
