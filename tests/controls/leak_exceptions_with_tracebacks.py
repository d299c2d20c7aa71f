"""Fail in every fifth operation and keep the exception for a report that is never written.

Leaks: the exception keeps its traceback, that keeps the frames, and those keep their local variables:
1.7 KB a failure, and 1.1 KB from 3.11 on, where frames are smaller.
"""

import sys

TRUTH = "leaking"
RATE = 334.0 if sys.version_info < (3, 11) else 229.0
HOLDER = "FAILURES"
FAILURES = []


def _parse(text):
    fields = text.split(",")  # leaks
    return int(fields[0]), float(fields[1])  # leaks


def operation(i):
    text = "{},{}".format(i, "n/a" if i % 5 == 0 else i % 13)  # leaks
    try:
        return _parse(text)  # leaks
    except ValueError as error:
        FAILURES.append(error)  # leaks
    return None
