"""A connection that the server refuses. mysqlclient 1.4.2 never frees what the client library made for it, 1.4.3
does."""

import os
from urllib.parse import parse_qs, urlsplit

import MySQLdb


class _Open:
    server = None


def setup():
    url = urlsplit(os.environ["DATABASE_URL"])
    socket = parse_qs(url.query).get("unix_socket")
    _Open.server = {"unix_socket": socket[0]} if socket else {"host": url.hostname, "port": url.port or 3306}


def operation(i):
    try:
        MySQLdb.connect(user="nobody_of_this_name", **_Open.server)
    except MySQLdb.OperationalError:
        return
    raise AssertionError("the server let it in")
