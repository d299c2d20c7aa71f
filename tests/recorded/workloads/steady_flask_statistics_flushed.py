"""Serve requests through Flask's test client and note each one; the notes are summed up every 600 requests.

Does not leak: after each sum the notes are emptied.
"""

import flask

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("flask",)

NOTES = []
TOTALS = {}
_application = flask.Flask("shop")


@_application.get("/item/<int:number>")
def item(number):
    NOTES.append((number % 10, flask.request.url, dict(flask.request.headers)))
    if len(NOTES) == 600:
        for group, _, _ in NOTES:
            TOTALS[group] = TOTALS.get(group, 0) + 1
        NOTES.clear()
    return f"item {number}"


_client = _application.test_client()


def operation(i):
    return _client.get(f"/item/{i}").status_code
