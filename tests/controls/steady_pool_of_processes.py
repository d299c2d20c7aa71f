"""Let a pool of two processes build and drop some thousand objects for each job, in cycles too.

Does not leak: what a job makes is garbage when it is over. The pool's processes collect it in their own time.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

TRUTH = "clean"
RATE = 0.0
STATE = {}


def _work(i):
    rows = [{"id": i + k, "name": f"row {k}", "tags": [k, str(k)]} for k in range(300)]
    for row in rows[::10]:
        row["self"] = row
    return sum(len(row["name"]) for row in rows)


def setup():
    STATE["pool"] = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))


def operation(i):
    return STATE["pool"].submit(_work, i).result()


def teardown():
    STATE.pop("pool").shutdown()
