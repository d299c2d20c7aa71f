"""Make a class that implements a zope interface in each operation and adapt one object of it.

Leaks: the registry's table of look-ups keeps what each new class implements, and is only emptied on a registration.
"""

from zope.interface import Interface, implementer
from zope.interface.adapter import AdapterRegistry

TRUTH = "leaking"
RATE = 5140.0
REQUIRES = ("zope.interface",)


class IShape(Interface):
    pass


_registry = AdapterRegistry()
_registry.register([IShape], Interface, "", lambda shape: shape.size)


def operation(i):
    @implementer(IShape)
    class Shape:
        size = i

    return _registry.queryAdapter(Shape(), Interface)  # leaks
