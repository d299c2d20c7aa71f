"""Add a handler to a logger for every hundredth job, as a function that sets up logging each time it is called does.

Leaks: the logger keeps its handlers, each with a lock, a formatter and a stream: about a kilobyte. It logs nothing
at this level, so that the only thing to notice is memory.
"""

import io
import logging

TRUTH = "leaking"
RATE = 11.0
HOLDER = "Logger.handlers"
LOGGER = logging.getLogger("find_mem_leaks.controls.jobs")


def setup():
    LOGGER.setLevel(logging.WARNING)
    LOGGER.propagate = False


def operation(i):
    if i % 100 == 0:
        handler = logging.StreamHandler(io.StringIO())  # leaks
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))  # leaks
        LOGGER.addHandler(handler)
    LOGGER.info("job %d", i)


def teardown():
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
