"""Count requests in Prometheus metrics that have the user's id as a label.

Leaks: each new user makes a new child metric.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

TRUTH = "leaking"
RATE = None
REQUIRES = ("prometheus_client",)

_registry = CollectorRegistry()
_requests = Counter("requests", "Requests", ["user", "path"], registry=_registry)
_seconds = Histogram("seconds", "Time", ["path"], registry=_registry)


def operation(i):
    _requests.labels(f"user-{i}", "/").inc()  # leaks
    _seconds.labels("/").observe(0.01)
