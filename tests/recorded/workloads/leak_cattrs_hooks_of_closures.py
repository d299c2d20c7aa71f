"""Register a structure hook for a class made inside each request with one converter of the module.

Leaks: the converter keeps the hook, and with it the class.
"""

import cattrs

TRUTH = "leaking"
RATE = None
REQUIRES = ("cattrs",)

_converter = cattrs.Converter()


def operation(i):
    class Money:
        amount = i

    if i % 5 == 0:
        _converter.register_structure_hook(Money, lambda value, kind: Money())  # leaks
    return Money.amount
