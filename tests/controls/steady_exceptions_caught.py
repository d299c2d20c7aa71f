"""Raise an exception from another, catch it and read its traceback.

Does not leak: the exception goes at the end of the operation. Every fourth one is held by a frame that it holds itself,
and waits for the garbage collector.
"""

TRUTH = "clean"
RATE = 0.0


def _convert(text):
    try:
        return int(text)
    except ValueError as error:
        raise LookupError(text) from error


def operation(i):
    try:
        return _convert(f"number {i}")
    except LookupError as error:
        depth, traceback = 0, error.__traceback__
        while traceback is not None:
            depth, traceback = depth + 1, traceback.tb_next
        held = error if i % 4 == 0 else None
    return depth, held is None
