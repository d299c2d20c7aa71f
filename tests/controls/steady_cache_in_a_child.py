"""Ask a forked process, which fills a cache of 40,000 entries of a kilobyte.

Does not leak: 43 MB in the child, and then no more.
"""

import collections
import multiprocessing

TRUTH = "clean"
RATE = 0.0
ENTRIES = 40_000
STATE = {}


def _serve(pipe):
    cache = collections.OrderedDict()
    while True:
        i = pipe.recv()
        if i is None:
            return
        cache[i] = bytearray(1024)
        if len(cache) > ENTRIES:
            cache.popitem(last=False)
        pipe.send(len(cache))


def setup():
    context = multiprocessing.get_context("fork")
    STATE["pipe"], other = context.Pipe()
    STATE["process"] = context.Process(target=_serve, args=(other,), daemon=True)
    STATE["process"].start()


def operation(i):
    STATE["pipe"].send(i)
    return STATE["pipe"].recv()


def teardown():
    STATE["pipe"].send(None)
    STATE.pop("process").join()
    STATE.pop("pipe").close()
