"""Append the same constant to a list each time: only the list's own table grows.

Leaks: 8 bytes per operation for the pointer, and up to an eighth more in places made ahead. No object is created, so a
count of objects or of blocks stays flat.
"""

TRUTH = "leaking"
RATE = 8.5
HOLDER = "OUTCOMES"
OUTCOMES = []


def operation(i):
    words = f"job {i % 1000} done in {i % 17} ms".split()
    OUTCOMES.append("done" if words[2] == "done" else "lost")  # leaks
