"""The OpenAPI document of an application: its own, or one of the routes that its framework knows.

Frameworks are told by what they have, not by their names: FastAPI by ``openapi()``, Litestar by ``openapi_schema``,
Starlette and Bottle by ``routes``, Flask and Quart by ``url_map``; Django's routes are those of its settings.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A parameter of a path: {name}, {name:type}, <name>, <type:name>, <name:type> (Bottle).
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+)[^}]*)?\}|<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_BOTTLE = re.compile(r"<(\w+)(?::(\w+)(?::[^>]*)?)?>")
_TYPES: Dict[str, Dict[str, str]] = {
    "int": {"type": "integer"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
    "path": {"type": "string"},
}

# A path as its framework writes it, the methods, the first line of its handler's docstring.
Known = Tuple[str, Iterable[str], str]


def document(application: Any) -> Optional[Dict[str, Any]]:
    """The document, as JSON has it; None where nothing is known. Raises whatever making it raises."""
    if callable(getattr(application, "openapi", None)):
        return _plain(application.openapi())
    schema = getattr(application, "openapi_schema", None)
    if callable(getattr(schema, "to_schema", None)):
        return _plain(schema.to_schema())  # type: ignore[union-attr]
    known = list(_known(application))
    return _of_routes(known) if known else None


def websockets(application: Any) -> List[str]:
    """The paths of its WebSockets, with a 1 for each parameter."""
    if hasattr(application, "url_map"):
        found = [rule.rule for rule in application.url_map.iter_rules() if getattr(rule, "websocket", False)]
    else:
        routes = getattr(application, "routes", None)
        found = list(_websockets(routes, "")) if isinstance(routes, list) else []
    return [_PARAMETER.sub("1", path) for path in found]


def _websockets(routes: Any, prefix: str) -> Iterator[str]:
    """Those of Starlette: they have a path and an endpoint, and no methods."""
    for route in routes:
        if isinstance(getattr(route, "routes", None), list) and hasattr(route, "path"):
            yield from _websockets(route.routes, prefix + route.path)
        elif hasattr(route, "path") and hasattr(route, "endpoint") and not hasattr(route, "methods"):
            yield prefix + route.path


def _plain(found: Any) -> Dict[str, Any]:
    """As JSON has it: a document may hold values of other types, which servers write as text."""
    made: Dict[str, Any] = json.loads(json.dumps(found, default=str))
    return made


def _known(application: Any) -> Iterator[Known]:
    if hasattr(application, "url_map"):
        yield from _of_werkzeug(application)
    elif type(application).__module__.startswith("django."):
        yield from _of_django(sys.modules["django.urls"].get_resolver().url_patterns, "/")
    elif isinstance(getattr(application, "routes", None), list):
        yield from _of_list(application.routes, "")


def _of_werkzeug(application: Any) -> Iterator[Known]:
    for rule in application.url_map.iter_rules():
        if rule.endpoint.split(".")[-1] != "static" and not getattr(rule, "websocket", False):
            yield rule.rule, rule.methods or ("GET",), _summary(application.view_functions.get(rule.endpoint))


def _of_list(routes: Any, prefix: str) -> Iterator[Known]:
    """The routes of Starlette, those of mounted applications too, or of Bottle."""
    for route in routes:
        if hasattr(route, "rule"):
            yield _BOTTLE.sub(_from_bottle, route.rule), (route.method,), _summary(route.callback)
        elif isinstance(getattr(route, "routes", None), list) and hasattr(route, "path"):
            yield from _of_list(route.routes, prefix + route.path)
        elif getattr(route, "methods", None):
            yield prefix + route.path, route.methods, _summary(getattr(route, "endpoint", None))


def _from_bottle(found: Any) -> str:
    name, of_type = found.groups()
    return "{%s:%s}" % (name, of_type) if of_type else "{%s}" % name


def _of_django(patterns: Any, prefix: str) -> Iterator[Known]:
    """The routes that are paths; one that is a regular expression says too little of what it takes."""
    for each in patterns:
        route = getattr(each.pattern, "_route", None)
        if route is None:
            continue
        if hasattr(each, "url_patterns"):
            yield from _of_django(each.url_patterns, prefix + str(route))
            continue
        of_class = getattr(each.callback, "view_class", None)
        methods = [name for name in METHODS if hasattr(of_class, name.lower())] if of_class else ["GET"]
        yield prefix + str(route), methods, _summary(of_class or each.callback)


def _summary(handler: Any) -> str:
    lines = (getattr(handler, "__doc__", None) or "").strip().splitlines()
    return lines[0] if lines else ""


def _of_routes(known: Iterable[Known]) -> Dict[str, Any]:
    """A document of routes, of whose parameters only those in the path are known."""
    paths: Dict[str, Any] = {}
    for path, methods, summary in known:
        parameters = [_parameter(found) for found in _PARAMETER.finditer(path)]
        plain = _PARAMETER.sub(lambda found: "{%s}" % (found.group(1) or found.group(4)), path)
        for method in METHODS:
            if method in methods:
                operation = {"summary": summary, "parameters": parameters}
                paths.setdefault(plain, {}).setdefault(method.lower(), operation)
    return {"paths": paths}


def _parameter(found: Any) -> Dict[str, Any]:
    of_type, name = found.group(2) or found.group(3) or "", found.group(1) or found.group(4)
    return {"name": name, "in": "path", "required": True, "schema": _TYPES.get(of_type, {"type": "string"})}
