"""Let a pool of one process keep two kilobytes of each job that it is given.

Leaks: in the process of the pool, 2,100 bytes per operation. In the process that hands out the jobs nothing grows.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

TRUTH = "leaking"
RATE = None
HOLDER = "child process"
KEPT = []
STATE = {}


def _work(i):
    KEPT.append(bytearray(2048))
    return i % 7


def setup():
    context = multiprocessing.get_context("fork")
    STATE["pool"] = ProcessPoolExecutor(1, mp_context=context)


def operation(i):
    return STATE["pool"].submit(_work, i).result()  # leaks


def teardown():
    STATE.pop("pool").shutdown()
