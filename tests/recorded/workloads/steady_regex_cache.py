"""Compile a pattern that is new each time with the regex package.

Does not leak: its cache of patterns is cut back whenever it is full.
"""

import regex

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("regex",)


def operation(i):
    return regex.search(rf"n(\d+)-{i}$", f"item n{i}-{i}") is not None
