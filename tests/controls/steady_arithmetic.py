"""Take a few steps of a generator of pseudo-random numbers, in small whole numbers.

Does not leak: the state is one number, and nothing else is kept.
"""

TRUTH = "clean"
RATE = 0.0
STATE = [1]


def operation(i):
    number = STATE[0]
    for _ in range(20):
        number = number * 1_103_515_245 % 2_147_483_648 + i % 2
    STATE[0] = number
    return number & 255
