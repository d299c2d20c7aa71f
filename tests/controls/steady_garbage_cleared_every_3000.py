"""Collect records in a batch that is handed on and emptied every 3,000 operations.

Does not leak: memory is a sawtooth whose lowest points are level. Rounds of an unlucky length see the same growth each
time.
"""

TRUTH = "clean"
RATE = 0.0
BATCH = []


def operation(i):
    BATCH.append({"id": i, "state": "new", "payload": bytes(100)})
    if len(BATCH) >= 3000:
        total = sum(record["id"] for record in BATCH)
        BATCH.clear()
        return total
    return 0
