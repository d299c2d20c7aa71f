"""Run a statement with a new label, without the cache of compiled statements.

Leaks: the dialect's IdentifierPreparer notes every name that it was ever asked to quote.
"""

from sqlalchemy import create_engine, literal_column, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_strings"

_connection = create_engine("sqlite://").connect().execution_options(compiled_cache=None)


def held():
    return len(_connection.dialect.identifier_preparer._strings)


def operation(i):
    return _connection.scalar(select(literal_column("1").label(f"column_{i:08}")))  # leaks
