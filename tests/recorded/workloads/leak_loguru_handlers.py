"""Add a loguru sink for one job in two hundred and never remove it.

Leaks: the logger holds every sink.
"""

from loguru import logger

TRUTH = "leaking"
RATE = 32.7
REQUIRES = ("loguru",)


def operation(i):
    if i % 200 == 0:
        lines = []
        logger.add(lines.append, level="CRITICAL")  # leaks
    return i
