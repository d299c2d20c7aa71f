"""Append one small record per operation to a list of the module.

Leaks: nothing ever takes a record out, so each operation keeps the object (48 bytes), its payload (128), its number
(32) and the list's place for it (8 and a little slack).
"""

TRUTH = "leaking"
RATE = 216.0
HOLDER = "HISTORY"


class Record:
    __slots__ = ("number", "payload")

    def __init__(self, number, payload):
        self.number = number
        self.payload = payload


HISTORY = []


def operation(i):
    fields = f"{i:08d},{i % 97},open".split(",")
    HISTORY.append(Record(int(fields[0]), bytes(87)))  # leaks
