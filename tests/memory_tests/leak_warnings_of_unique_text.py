"""Warn through SQLAlchemy with the value in the text of the warning, with Python's filter as it is at first.

Leaks: so as not to show a warning twice, Python notes each text in the registry of the module that is warned of.
"""

import sys
import warnings

from sqlalchemy import util
from sqlalchemy.exc import SAWarning

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "__warningregistry__"


def setup():
    warnings.simplefilter("default", SAWarning)
    warnings.showwarning = lambda *_, **__: None


def held():
    return sum(len(vars(module).get("__warningregistry__", ())) for module in list(sys.modules.values()))


def operation(i):
    util.warn(f"Value {i} is not what the type expects")  # leaks
