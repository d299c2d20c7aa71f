"""Structure nested data into attrs classes with one cattrs converter.

Does not leak: the converter writes its functions once for each class and then uses them again.
"""

import attrs
import cattrs

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("cattrs", "attrs")


@attrs.define
class Line:
    name: str
    count: int


@attrs.define
class Order:
    number: int
    lines: list[Line]


_converter = cattrs.Converter()


def operation(i):
    order = _converter.structure({"number": i, "lines": [{"name": f"n{k}", "count": k} for k in range(5)]}, Order)
    return _converter.unstructure(order)["number"]
