"""Warn with ever other values through SQLAlchemy's limited warnings, and the registry of warnings as Python has it.

Does not leak: SQLAlchemy's text of such a warning equals all but a handful of others, so the registry stays short.
"""

import warnings

from sqlalchemy import util
from sqlalchemy.exc import SAWarning

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)


def setup():
    warnings.simplefilter("default", SAWarning)
    warnings.showwarning = lambda *_, **__: None


def operation(i):
    util.warn_limited("Value %r of parameter %r is not what the type expects", (f"value {i}", f"parameter {i}"))
