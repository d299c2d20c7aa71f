"""Write eight bytes per operation to a buffer that is made twice as large whenever it is full, as vectors in C++ are.

Leaks: eight bytes per operation, but memory grows only when the buffer is made larger, and half of all operations so
far may lie between two such moments. What is taken lies between 8 and 16 bytes per operation: 11.3 in the middle.
"""

TRUTH = "leaking"
RATE = None
HOLDER = "STATE"
STATE = {"buffer": bytearray(64), "used": 0}


def operation(i):
    used, buffer = STATE["used"], STATE["buffer"]
    if used + 8 > len(buffer):
        STATE["buffer"] = larger = bytearray(2 * len(buffer))  # leaks
        larger[:used] = buffer
    STATE["buffer"][used : used + 8] = b"%08d" % (i % 99_999_999)
    STATE["used"] = used + 8
