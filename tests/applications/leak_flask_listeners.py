"""Each request connects a listener of its own to a signal of the process, by a strong reference."""

from blinker import Namespace
from flask import Flask

LEAKS = {"POST /orders": None}
HOLDER = "receivers"

app = Flask(__name__)
placed = Namespace().signal("placed")
shown = Namespace().signal("shown")


@app.post("/orders")
def order():
    def notify(sender):  # leaks
        return "a mail"

    placed.connect(notify, weak=False)  # leaks
    return {"placed": True}


@app.get("/orders")
def orders():
    def notify(sender):
        return "a mail"

    shown.connect(notify)
    shown.send("orders")
    return {"orders": []}
