"""Multiply whole numbers of thousands of digits, and sum floats.

Does not leak: the numbers are large, of many sizes and short-lived. Floats are kept to be used again, at most 100 of
them.
"""

import math

TRUTH = "clean"
RATE = 0.0


def operation(i):
    product = (7 ** (200 + i % 800)) * (3 ** (i % 500))
    roots = [math.sqrt(i + k) for k in range(50)]
    return product.bit_length() + math.fsum(roots)
