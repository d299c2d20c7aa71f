"""Gather lines in a list and write them to a file in the scratch folder every 5000 operations.

Does not leak: the teeth of the saw are long, but memory always comes down to the same level.
"""

import os

TRUTH = "clean"
RATE = 0.0
REQUIRES = ()

LINES = []


def setup(scratch):
    global PATH
    PATH = os.path.join(scratch, "lines.txt")


def operation(i):
    LINES.append(f"{i:08d} something happened to item {i % 77}\n")
    if len(LINES) == 5000:
        with open(PATH, "w") as file:
            file.writelines(LINES)
        LINES.clear()
