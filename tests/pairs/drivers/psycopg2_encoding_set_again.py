"""The encoding that a connection has, set again. psycopg2 2.8.5 loses a copy of its name each time, 2.8.6 does not."""

import os

import psycopg2


class _Open:
    connection = None


def setup():
    _Open.connection = psycopg2.connect(os.environ["DATABASE_URL"])


def operation(i):
    _Open.connection.set_client_encoding("UTF8")


def teardown():
    _Open.connection.close()
