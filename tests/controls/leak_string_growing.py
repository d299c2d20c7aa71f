"""Add four characters per operation to a transcript, with ``+=``.

Leaks: four bytes per operation, all in one string, whose block is enlarged in place while nobody else refers to it.
"""

TRUTH = "leaking"
RATE = 4.0
HOLDER = "STATE"
STATE = [""]


def operation(i):
    transcript = STATE.pop()
    transcript += f"{i % 1000:03d};"  # leaks
    STATE.append(transcript)
    return i % 7
