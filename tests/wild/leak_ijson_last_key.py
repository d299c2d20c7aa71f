"""Iterate over the members of a JSON object whose values are objects themselves.

Leaks: the last key of the last value, which the builder of the C backend does not release.
"""

import io

import ijson

TRUTH = "leaking"
RATE = 1049.0
REQUIRES = ("ijson==3.6.0",)
HOLDER = "C code"

_KEY = "x" * 1_000
_DOCUMENT = b'{"orders": {"%s": 1}}' % _KEY.encode()


def operation(i):
    assert dict(ijson.kvitems(io.BytesIO(_DOCUMENT), "")) == {"orders": {_KEY: 1}}  # leaks
