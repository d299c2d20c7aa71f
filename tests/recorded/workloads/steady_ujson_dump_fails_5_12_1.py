"""Dump JSON into a file-like object whose ``write`` fails now and then, with ujson 5.12.1.

Does not leak: this release frees the text when ``write`` raises.
"""

import ujson

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("ujson==5.12.1",)


class Pipe:
    def __init__(self, broken):
        self.broken = broken

    def write(self, text):
        if self.broken:
            raise BrokenPipeError


def operation(i):
    try:
        ujson.dump({"number": i, "body": "x" * 4000}, Pipe(i % 10 == 7))
    except BrokenPipeError:
        return False
    return True
