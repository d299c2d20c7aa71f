"""Start a compressor for every hundredth stream and keep it, in case the stream goes on.

Leaks: a compressor that is never flushed keeps its window and its hash tables, 9 KB with the smallest ones, which zlib
takes from the C heap.
"""

import zlib

TRUTH = "leaking"
RATE = 93.5
HOLDER = "STREAMS"
STREAMS = []


def operation(i):
    if i % 100 == 0:
        stream = zlib.compressobj(6, zlib.DEFLATED, 9, 1)  # leaks
        stream.compress(b"%08d" % i)  # leaks
        STREAMS.append(stream)
    return zlib.crc32(b"%08d" % i)


def teardown():
    STREAMS.clear()
