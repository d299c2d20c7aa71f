"""Read a document of 100 elements with lxml's iterparse and clear each element, one of 500 tag names a time.

Does not leak: the shared dictionary of names is complete after 500 operations.
"""

import io

from lxml import etree

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("lxml",)


def operation(i):
    name = f"row{i % 500}"
    text = "<all>" + f'<{name} n="1"/>' * 100 + "</all>"
    total = 0
    for _, element in etree.iterparse(io.BytesIO(text.encode()), tag=name):
        total += int(element.get("n"))
        element.clear()
    return total
