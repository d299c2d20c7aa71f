"""A counter is labelled by the path, not by the rule: every item has a time series of its own."""

from flask import Flask, request
from prometheus_client import Counter

LEAKS = {"GET /items/{id}": None}
HOLDER = "_metrics"

app = Flask(__name__)
requests_total = Counter("requests_total", "Requests by path", ["path"])


@app.after_request
def count(response):
    requests_total.labels(request.path).inc()  # leaks
    return response


@app.get("/items/<int:id>")
def item(id):
    return {"id": id}


@app.get("/health")
def health():
    return "fine"
