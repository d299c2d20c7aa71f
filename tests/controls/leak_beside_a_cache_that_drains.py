"""Use up what was read ahead at the start, an entry in each operation, and keep every answer.

Leaks: for 150,000 operations memory falls, for each entry that goes is larger than the answer that stays. Then the
entries are used up, and what the answers take (57 bytes, and 8 for the place in a list) shows.
"""

TRUTH = "leaking"
RATE = 73.0
HOLDER = "ANSWERS"
AHEAD = {}
ANSWERS = []


def setup():
    AHEAD.update((number, f"read ahead {number:080d}") for number in range(150_000))


def operation(i):
    if AHEAD:
        AHEAD.popitem()
    ANSWERS.append(f"{i:08d}")  # leaks


def teardown():
    AHEAD.clear()
    ANSWERS.clear()
