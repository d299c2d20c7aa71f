"""Log a message per operation to a MemoryHandler of 1,000 records.

Does not leak: the handler empties itself when it is full. Until then it keeps each record, a sawtooth of a megabyte.
"""

import logging
import logging.handlers

TRUTH = "clean"
RATE = 0.0
LOGGER = logging.getLogger("find_mem_leaks.controls.memory")
STATE = {}


def setup():
    STATE["handler"] = logging.handlers.MemoryHandler(1000, target=logging.NullHandler())
    LOGGER.addHandler(STATE["handler"])
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def operation(i):
    LOGGER.info("request %d took %.1f ms", i, i % 100 / 3)


def teardown():
    handler = STATE.pop("handler")
    LOGGER.removeHandler(handler)
    handler.close()
