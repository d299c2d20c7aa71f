"""A workload shaped like a person's own that keeps nothing, though its truth says otherwise."""

REQUIRES = ()
TRUTH = "leaking"


def operation(i):
    object()
