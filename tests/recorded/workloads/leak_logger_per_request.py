"""Ask for a logger named after the request.

Leaks: the logging module keeps every named logger.
"""

import logging

TRUTH = "leaking"
RATE = None
REQUIRES = ()


def operation(i):
    logging.getLogger(f"request-{i}").debug("start")  # leaks
