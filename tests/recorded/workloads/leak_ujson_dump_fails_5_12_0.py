"""Dump JSON into a file-like object whose ``write`` fails now and then, with ujson 5.12.0.

Leaks: a real fault (put right in 5.12.1): when ``write`` raises, the whole JSON text stays; here one time in ten.
"""

import ujson

TRUTH = "leaking"
RATE = 408.0
REQUIRES = ("ujson==5.12.0",)


class Pipe:
    def __init__(self, broken):
        self.broken = broken

    def write(self, text):
        if self.broken:
            raise BrokenPipeError


def operation(i):
    try:
        ujson.dump({"number": i, "body": "x" * 4000}, Pipe(i % 10 == 7))  # leaks when it fails
    except BrokenPipeError:
        return False
    return True
