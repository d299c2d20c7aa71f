"""Every request is logged; records are held back until a hundred have come, as in production."""

import logging
from logging.handlers import MemoryHandler

from flask import Flask, request

LEAKS = {}

app = Flask(__name__)
log = logging.getLogger("shop")
log.propagate = False
log.setLevel(logging.INFO)
log.addHandler(MemoryHandler(100, target=logging.NullHandler()))


@app.get("/items/<int:id>")
def item(id):
    log.info("item %d was asked for by %s", id, request.remote_addr)
    return {"id": id}


@app.get("/old")
def old():
    try:
        raise LookupError("no longer")
    except LookupError:
        log.exception("an old page")
    return "gone"
