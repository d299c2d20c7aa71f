"""Log with loguru, under a context of its own for each operation, into a deque of 800 lines.

Does not leak: the deque is full after 800 operations.
"""

import collections

from loguru import logger

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("loguru",)

LINES = collections.deque(maxlen=800)
logger.remove()
logger.add(LINES.append, format="{time} {extra[user]} {message}")


def operation(i):
    with logger.contextualize(user=f"user-{i}"):
        logger.bind(step=i % 5).info("job {}", i)
