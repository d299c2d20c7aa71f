"""Put 16 bytes per operation in slabs of a megabyte that are never given back.

Leaks: 16 bytes per operation, in one step of a megabyte every 65,536 operations, and not a byte in between.
"""

TRUTH = "leaking"
RATE = 16.0
HOLDER = "SLABS"
SLAB = 1 << 20
SLABS = []


def operation(i):
    place = i * 16 % SLAB
    if place == 0 or not SLABS:
        SLABS.append(bytearray(SLAB))  # leaks
    SLABS[-1][place : place + 16] = b"%016d" % i
