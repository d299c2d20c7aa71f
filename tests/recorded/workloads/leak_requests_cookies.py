"""Prepare requests with one long-lived session in whose jar each response puts a cookie of a new name.

Leaks: the cookies never expire, so the jar grows; one operation in ten gets such a response.
"""

import requests

TRUTH = "leaking"
RATE = None
REQUIRES = ("requests",)

_session = requests.Session()


def operation(i):
    if i % 10 == 3:
        _session.cookies.set(f"visit_{i}", "1" * 20, domain="tracker.localhost", path="/")  # leaks
    return requests.Request("GET", "http://localhost/", params={"q": i}).prepare().url
