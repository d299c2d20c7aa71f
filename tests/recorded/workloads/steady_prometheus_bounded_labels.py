"""Count requests in a Prometheus metric by path and status, with 600 pairs that turn up at random.

Does not leak: once each pair has turned up there are no new children.
"""

import random

from prometheus_client import CollectorRegistry, Counter

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("prometheus_client",)

_registry = CollectorRegistry()
_requests = Counter("requests", "Requests", ["path", "status"], registry=_registry)
_random = random.Random(8)


def operation(i):
    _requests.labels(f"/p{_random.randrange(100)}", str(_random.choice([200, 201, 302, 400, 404, 500]))).inc()
