"""Keep a summary of 1,000 bytes after every thousand operations.

Leaks: one byte and a little (the bytes object's header, the heap's own) per operation, in steps of a kilobyte.
"""

TRUTH = "leaking"
RATE = 1.05
HOLDER = "SUMMARIES"
SUMMARIES = []


def operation(i):
    line = f"{i:012d};{i % 11};ok"
    if i % 1000 == 0:
        SUMMARIES.append(bytes(1000))  # leaks
    return line.split(";")
