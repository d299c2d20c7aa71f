"""A workload shaped like a person's own that keeps what it makes, though its truth says otherwise."""

REQUIRES = ()
TRUTH = "clean"

kept = []


def operation(i):
    kept.append(object())
