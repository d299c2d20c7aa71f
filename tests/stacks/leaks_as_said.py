"""A workload shaped like a person's own that keeps what it makes, as its truth says."""

REQUIRES = ()
TRUTH = "leaking"

kept = []


def operation(i):
    kept.append(object())
