"""Load a table of a megabyte in the 60,000th operation, and use it from then on.

Does not leak: it is loaded once. Whoever looks just then sees a jump.
"""

TRUTH = "clean"
RATE = 0.0
LATE = 60_000
TABLES = []


def operation(i):
    if i == LATE:
        TABLES.append([float(number) for number in range(33_000)])
    return TABLES[0][i % 33_000] if TABLES else 0.0
