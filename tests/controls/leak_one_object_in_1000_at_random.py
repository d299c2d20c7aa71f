"""Keep one report of 4 KB of every thousand, at random.

Leaks: the same 4.2 bytes per operation as by the clock, but now 1,000 operations may keep none or three. Over 30,000
operations such a rate varies by a fifth of itself. Seeded, so that each run keeps the same ones; with this seed there
are as many as there should be (within 4 %) after 30,000, 60,000, 100,000, 150,000, 200,000 and 300,000 operations.
"""

import random

TRUTH = "leaking"
RATE = 4.2
HOLDER = "REPORTS"
REPORTS = []
CHANCE = random.Random(338)


class Report:
    __slots__ = ("next", "text")

    def __init__(self, text):
        self.text = text
        self.next = None


def operation(i):
    report = Report(bytes(4100))  # leaks
    if CHANCE.random() < 0.001:
        REPORTS.append(report)
    return report.text.count(b"x")
