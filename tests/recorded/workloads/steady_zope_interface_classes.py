"""Make a class that implements a zope interface in each operation and ask one object of it for what it provides.

Does not leak: the interface knows its classes weakly; they wait for the collector.
"""

from zope.interface import Interface, implementer

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("zope.interface",)


class IShape(Interface):
    pass


def operation(i):
    @implementer(IShape)
    class Shape:
        size = i

    return IShape.providedBy(Shape())
