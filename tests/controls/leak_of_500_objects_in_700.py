"""Keep a report of 500 rows once in 700 operations, by the clock of the operations.

Leaks: 500 rows of 48 bytes and a list of them, of which a line sees nothing in most stretches of a few operations.
"""

TRUTH = "leaking"
RATE = 40.4
HOLDER = "REPORTS"
REPORTS = []


class Row:
    __slots__ = ("name", "value")


def operation(i):
    rows = [Row() for _ in range(3)]
    if i % 700 == 699:
        REPORTS.append([Row() for _ in range(500)])  # leaks
    return rows
