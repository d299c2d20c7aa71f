"""Fill a buffer with records that is emptied every 3,000 operations, and lose 16 bytes beside it in each operation.

Leaks: the buffer's rise and fall, half a megabyte, hides what is lost: an object() of 16 bytes and a place in a list of
8 and a little slack.
"""

TRUTH = "leaking"
RATE = 24.5
HOLDER = "LOST"
BUFFER = []
LOST = []


def operation(i):
    BUFFER.append(bytes(150))
    LOST.append(object())  # leaks
    if i % 3000 == 2999:
        BUFFER.clear()
    return len(BUFFER) % 100
