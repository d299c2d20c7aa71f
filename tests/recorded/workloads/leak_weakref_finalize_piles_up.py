"""Add a weakref.finalize to one long-lived object in each operation.

Leaks: the finalizers wait for an object that never dies.
"""

import weakref

TRUTH = "leaking"
RATE = None
REQUIRES = ()


class Service:
    pass


SERVICE = Service()


def operation(i):
    weakref.finalize(SERVICE, print, i)  # leaks
