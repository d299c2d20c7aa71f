"""Let a pool replace each of its two processes after 50 jobs, in which it keeps a kilobyte of each.

Does not leak: what a process keeps goes with it.
"""

import multiprocessing

TRUTH = "clean"
RATE = 0.0
KEPT = []
STATE = {}


def _work(i):
    KEPT.append(bytearray(1024))
    return i % 7


def setup():
    STATE["pool"] = multiprocessing.get_context("fork").Pool(2, maxtasksperchild=50)


def operation(i):
    return STATE["pool"].apply(_work, (i,))


def teardown():
    pool = STATE.pop("pool")
    pool.close()
    pool.join()
