"""A cache with a bound on a function of the module, and the last hundred visits in a deque."""

from collections import deque
from functools import lru_cache

from flask import Flask, request

LEAKS = {}

app = Flask(__name__)
visits = deque(maxlen=100)


@lru_cache(maxsize=128)
def described(id):
    return f"item {id}" * 20


@app.get("/items/<int:id>")
def item(id):
    visits.append(request.path)
    return {"id": id, "text": described(id)}
