"""Set an attribute whose name is new each time, read it, and delete it again.

Leaks on 3.12 alone: setattr interns the name, and an interned string (160 bytes and a place in a table) lives for ever
there. Elsewhere the name goes with
the attribute, but for the few thousand that the interpreter's cache of attribute look-ups holds.
"""

import sys

TRUTH = "leaking" if sys.version_info[:2] == (3, 12) else "clean"
RATE = 205.0 if TRUTH == "leaking" else 0.0


class Row:
    pass


def operation(i):
    row = Row()
    name = f"column_{i:0100d}"
    setattr(row, name, i)
    value = getattr(row, name)
    delattr(row, name)
    return value + 1
