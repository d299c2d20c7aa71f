"""Add a redirect rule to a Werkzeug URL map in one operation of fifty.

Leaks: rules stay in the map.
"""

from werkzeug.routing import Map, Rule

TRUTH = "leaking"
RATE = 120.0
REQUIRES = ("werkzeug",)

_map = Map([Rule("/", endpoint="home")])


def operation(i):
    if i % 50 == 0:
        _map.add(Rule(f"/old-{i}/<int:page>", endpoint=f"redirect-{i}"))  # leaks
    return i
