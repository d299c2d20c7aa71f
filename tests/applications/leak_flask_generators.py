"""Exports stream their rows; each generator is kept, so that somebody may break it off."""

from flask import Flask, Response

LEAKS = {"GET /export": None}
HOLDER = "exports"

app = Flask(__name__)
exports = []


def rows():
    for number in range(3):
        yield f"row {number}\n"


@app.get("/export")
def export():
    body = rows()  # leaks
    exports.append(body)  # leaks
    return Response(body, mimetype="text/csv")


@app.get("/preview")
def preview():
    return Response(rows(), mimetype="text/csv")
