"""Keep one report of 4 KB of every thousand, by the clock of the operations.

Leaks: 4,144 bytes for the report's text and 48 for the report in every thousandth operation, nothing in between.
"""

TRUTH = "leaking"
RATE = 4.2
HOLDER = "REPORTS"
REPORTS = []


class Report:
    __slots__ = ("next", "text")

    def __init__(self, text):
        self.text = text
        self.next = None


def operation(i):
    report = Report(bytes(4100))  # leaks
    if i % 1000 == 999:
        REPORTS.append(report)
    return report.text.count(b"x")
