"""Keep a response of a megabyte from every operation.

Leaks: a megabyte per operation. A process that is allowed a gigabyte has a thousand operations to live.
"""

TRUTH = "leaking"
RATE = 1_003_500.0
HOLDER = "RESPONSES"
RESPONSES = []


def operation(i):
    RESPONSES.append(bytes(1_000_000))  # leaks
    return len(RESPONSES)
