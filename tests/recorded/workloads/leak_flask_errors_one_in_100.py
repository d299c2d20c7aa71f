"""Serve requests through Flask's test client; one in a hundred fails and its exception is filed with its traceback.

Leaks: the traceback keeps the frames, and these the request's body of 3 kB.
"""

import flask

TRUTH = "leaking"
RATE = 191.0
REQUIRES = ("flask",)

FAILURES = []
_application = flask.Flask("shop")


@_application.post("/order")
def order():
    body = flask.request.get_data()
    try:
        return str(100 // (int(body[:6]) % 100))
    except ZeroDivisionError as error:
        FAILURES.append(error)  # leaks
        return "failed", 400


_client = _application.test_client()


def operation(i):
    return _client.post("/order", data=b"%06d" % i + b"x" * 3000).status_code
