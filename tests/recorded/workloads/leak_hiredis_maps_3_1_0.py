"""Parse a RESP3 map reply, as HGETALL gives, with the C parser of hiredis 3.1.0.

Leaks: a real fault (put right in 3.2): the values of the map are never freed.
"""

import hiredis

TRUTH = "leaking"
RATE = 228.0
REQUIRES = ("hiredis==3.1.0",)

_reader = hiredis.Reader()


def operation(i):
    _reader.feed(b"%2\r\n$4\r\nname\r\n$10\r\n" + b"%010d" % i + b"\r\n$3\r\nage\r\n:42\r\n")
    return _reader.gets()  # leaks
