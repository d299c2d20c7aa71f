"""A cycle from each operation, under a threshold that a service never reaches: garbage that is never collected."""

import gc

TRUTH = "leaking"
RATE = 2_200.0
HOLDER = "nothing but a reference cycle"


def setup():
    gc.set_threshold(1_000_000_000)


def operation(i):
    cycle = [bytearray(2_000)]  # leaks
    cycle.append(cycle)  # leaks
