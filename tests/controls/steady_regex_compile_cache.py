"""Compile a pattern that is new each time.

Does not leak: re keeps the last 512 patterns, and those made before them go. Compiling takes long, so an operation in
ten compiles, the others match.
"""

import re

TRUTH = "clean"
RATE = 0.0


def operation(i):
    number = i // 10 if i % 10 == 0 else i % 7
    return re.compile(f"entry-{number:d}-([a-z]+)").match("entry-3-open") is not None
