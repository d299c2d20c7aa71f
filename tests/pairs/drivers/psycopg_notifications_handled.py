"""A notification that a handler is given. psycopg 3.2.4 to 3.2.9 keep it too for `notifies()`, which nobody calls,
3.2.10 does not."""

import os

import psycopg

# Several processes may work on one server.
CHANNEL = f"news_{os.getpid()}"


class _Open:
    connection = None
    arrived = 0


def _count(_notification):
    _Open.arrived += 1


def setup():
    _Open.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    _Open.connection.add_notify_handler(_count)
    _Open.connection.execute(f"LISTEN {CHANNEL}")


def operation(i):
    _Open.connection.execute(f"NOTIFY {CHANNEL}, 'a line of news'")
    assert _Open.arrived == i + 1


def teardown():
    _Open.connection.close()
