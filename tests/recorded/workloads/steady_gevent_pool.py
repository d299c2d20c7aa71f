"""Run eight greenlets in a gevent pool and wait for them.

Does not leak: finished greenlets are dropped.
"""

import gevent
from gevent.pool import Pool

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("gevent",)

_pool = Pool(8)


def _work(number):
    gevent.sleep(0)
    return [number] * 20


def operation(i):
    return sum(len(result) for result in _pool.imap_unordered(_work, range(i, i + 8)))
