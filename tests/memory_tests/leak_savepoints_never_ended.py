"""Begin a savepoint on a connection that stays, for work that turns out to need none, and never end it.

Leaks: each nested transaction keeps the one before it, and SQLite keeps a savepoint for each.
"""

from sqlalchemy import create_engine, text

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_nested_transaction"

_connection = create_engine("sqlite://").connect()


def held():
    number, transaction = 0, _connection.get_nested_transaction()
    while transaction is not None:
        number, transaction = number + 1, transaction._previous_nested
    return number


def operation(i):
    _connection.begin_nested()  # leaks
    assert _connection.scalar(text("SELECT 1")) == 1
