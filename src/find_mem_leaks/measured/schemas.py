"""The OpenAPI document of an application: its own, or one of the routes that its framework knows.

Frameworks are told by what they have, not by their names: FastAPI by ``openapi()``, Litestar by ``openapi_schema``,
Starlette and Bottle by ``routes``, Flask and Quart by ``url_map``, Pyramid by its ``introspector``; Django's routes are
those of its settings. Of an application that says nothing, what it calls is asked instead, as of middleware.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A parameter of a path: {name}, {name:type}, {name:pattern} (Pyramid), <name>, <type:name>.
_PARAMETER = re.compile(r"\{(\w+)(?::([^}]*))?\}|<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
# One of Bottle: <name>, <name:type>, <name:type:pattern>, and as it wrote them before, :name, :name#pattern#.
_BOTTLE = re.compile(r"<(\w*)(?::(\w*)(?::[^>]*)?)?>|:(\w*)(?:#.*?#)?")
# What a parameter without a name is called.
_NAMELESS = "any"
# The rest of a path, which Pyramid writes as *name.
_REST = re.compile(r"\*(\w+)$")
# Where one application keeps another that it calls, as middleware does; __self__: of one that is its method.
_INNER = ("app", "application", "wsgi_app", "wsgi_application", "__self__")
_DEEPEST = 10
# What FastAPI calls the paths of its document and of the pages that show it.
_OF_DOCUMENT = ("openapi_url", "docs_url", "redoc_url", "swagger_ui_oauth2_redirect_url")
# Where a document's references lead.
_COMPONENTS = "#/components/"
_TYPES: Dict[str, Dict[str, str]] = {
    "int": {"type": "integer"},
    "integer": {"type": "integer"},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
    "path": {"type": "string"},
    r"\d+": {"type": "integer"},
}

# A path as its framework writes it, the methods, the first line of its handler's docstring.
Known = Tuple[str, Iterable[str], str]


def document(application: Any, deepest: int = _DEEPEST) -> Optional[Dict[str, Any]]:
    """The document, as JSON has it; None where nothing is known. Raises whatever making it raises.

    ``deepest``: how many applications it may be behind, or mounted in.
    """
    own = _own(application)
    if own is None and deepest:
        inner = _inner(application)
        return document(inner, deepest - 1) if inner is not None else None
    for prefix, mounted in _mounted(application) if deepest else ():
        own = _with_mounted(own or {}, prefix, document(mounted, deepest - 1) or {})
    return own


def _inner(application: Any) -> Any:
    """Return what an application calls, as middleware does; None if nothing is known."""
    return next((each for each in (getattr(application, name, None) for name in _INNER) if callable(each)), None)


def _flat(routes: Any) -> Iterator[Any]:
    """The routes of a list, and in place of a router that FastAPI keeps whole those inside it, as they are served."""
    for route in routes:
        if callable(getattr(route, "effective_candidates", None)):
            yield from _flat(route.effective_candidates())
        else:
            yield getattr(route, "starlette_route", None) or route


def _own(application: Any) -> Optional[Dict[str, Any]]:
    """Return what is known without what is mounted; None of an application that says nothing."""
    if callable(getattr(application, "openapi", None)):
        return _with_unlisted(_plain(application.openapi()), application)
    try:
        schema = getattr(application, "openapi_schema", None)
    except Exception:  # Litestar's, where it is told to have none
        schema = None
    if callable(getattr(schema, "to_schema", None)):
        return _plain(schema.to_schema())  # type: ignore[union-attr]
    routes = list(_known(application))
    has_routes = routes or any(True for _ in _mounted(application))
    return _of_routes(routes) if has_routes else None


def _with_unlisted(whole: Dict[str, Any], application: Any) -> Dict[str, Any]:
    """A document of FastAPI's, and the routes that are not in it, but for those of the document itself."""
    routes = getattr(application, "routes", None)
    of_document = {getattr(application, name, None) for name in _OF_DOCUMENT}
    known = [each for each in _of_list(routes) if each[0] not in of_document] if isinstance(routes, list) else []
    listed = whole.get("paths", {})
    if not isinstance(listed, dict):
        return whole
    unlisted = {path: item for path, item in _of_routes(known)["paths"].items() if path not in listed}
    return {**whole, "paths": {**listed, **unlisted}}


def _mounted(application: Any) -> Iterator[Tuple[str, Any]]:
    """Applications that are mounted in Starlette's or FastAPI's, each with the path before its own."""
    routes = getattr(application, "routes", None)
    for route in _flat(routes) if isinstance(routes, list) else ():
        if _is_mounted(route):
            yield route.path, route.app


def _is_mounted(route: Any) -> bool:
    """Return whether a route leads to an application of its own."""
    return hasattr(route, "path") and not hasattr(route, "endpoint") and callable(getattr(route, "app", None))


def _with_mounted(whole: Dict[str, Any], prefix: str, part: Dict[str, Any]) -> Dict[str, Any]:
    """A document and that of what is mounted at ``prefix``, whose components are kept apart: both may have one of the
    same name."""
    within = _COMPONENTS + prefix.replace("~", "~0").replace("/", "~1") + "/"
    paths = {prefix + path: _referring(item, within) for path, item in part.get("paths", {}).items()}
    components = {prefix: _referring(part.get("components", {}), within), **whole.get("components", {})}
    return {**whole, "paths": {**paths, **whole.get("paths", {})}, "components": components}


def _referring(node: Any, within: str) -> Any:
    """A part of a document whose references to components lead ``within`` others."""
    if isinstance(node, list):
        return [_referring(each, within) for each in node]
    if not isinstance(node, dict):
        return node
    part = {name: _referring(each, within) for name, each in node.items()}
    reference = part.get("$ref")
    if isinstance(reference, str) and reference.startswith(_COMPONENTS):
        part["$ref"] = within + reference[len(_COMPONENTS) :]
    return part


def websockets(application: Any, deepest: int = _DEEPEST) -> List[str]:
    """The paths of its WebSockets, their parameters in braces; ``deepest``: as for ``document``."""
    if hasattr(application, "url_map"):
        paths = [rule.rule for rule in application.url_map.iter_rules() if getattr(rule, "websocket", False)]
    else:
        routes = getattr(application, "routes", None)
        if not isinstance(routes, list):
            inner = _inner(application) if deepest else None
            return websockets(inner, deepest - 1) if inner is not None else []
        paths = list(_websockets(routes, "", deepest))
    return [_PARAMETER.sub(_in_braces, path) for path in paths]


def _websockets(routes: Any, prefix: str, deepest: int) -> Iterator[str]:
    """Those of Starlette: they have a path and an endpoint, and no methods."""
    for route in _flat(routes):
        if hasattr(route, "path") and isinstance(getattr(route, "routes", None), list) and route.routes:
            yield from _websockets(route.routes, prefix + route.path, deepest)
        elif _is_mounted(route):
            inner = websockets(route.app, deepest - 1) if deepest else []
            yield from (prefix + route.path + path for path in inner)
        elif hasattr(route, "path") and hasattr(route, "endpoint") and not hasattr(route, "methods"):
            yield prefix + route.path


def _plain(schema: Any) -> Dict[str, Any]:
    """As JSON has it: a document may hold values of other types, which servers write as text."""
    plain: Dict[str, Any] = json.loads(json.dumps(schema, default=str))
    return plain


def _known(application: Any) -> Iterator[Known]:
    if hasattr(application, "url_map"):
        yield from _of_werkzeug(application)
    elif type(application).__module__.startswith("django."):
        yield from _of_django(sys.modules["django.urls"].get_resolver().url_patterns, "/")
    elif isinstance(getattr(application, "routes", None), list):
        yield from _of_list(application.routes)
    elif hasattr(getattr(application, "registry", None), "introspector"):
        yield from _of_pyramid(application.registry.introspector)


def _of_werkzeug(application: Any) -> Iterator[Known]:
    for rule in application.url_map.iter_rules():
        if rule.endpoint.split(".")[-1] != "static" and not getattr(rule, "websocket", False):
            yield rule.rule, rule.methods or ("GET",), _summary(application.view_functions.get(rule.endpoint))


def _of_list(routes: Any) -> Iterator[Known]:
    """The routes of Starlette, without those of mounted applications, or of Bottle."""
    for route in _flat(routes):
        if hasattr(route, "rule"):
            yield _BOTTLE.sub(_from_bottle, route.rule), (route.method,), _summary(route.callback)
            continue
        if not hasattr(route, "path"):  # that of another host
            continue
        endpoint = getattr(route, "endpoint", None)
        # An application as an endpoint says no methods, and takes all of them.
        any_ = ("GET",) if hasattr(route, "methods") and endpoint else ()
        yield route.path, getattr(route, "methods", None) or _methods(endpoint) or any_, _summary(endpoint)


def _from_bottle(parameter: Any) -> str:
    name, of_type = parameter.group(1) or parameter.group(3) or _NAMELESS, parameter.group(2)
    return "{%s:%s}" % (name, of_type) if of_type else "{%s}" % name


def _of_pyramid(introspector: Any) -> Iterator[Known]:
    """The views that have a route; one that says no methods takes all of them."""
    routes = [each["introspectable"] for each in introspector.get_category("routes", ())]
    patterns = {route["name"]: route["pattern"] for route in routes}
    for each in introspector.get_category("views", ()):
        view = each["introspectable"]
        if view["route_name"] in patterns:
            path = "/" + _REST.sub(r"{\1}", patterns[view["route_name"]]).lstrip("/")
            methods = view["request_methods"] or ("GET",)
            yield path, (methods,) if isinstance(methods, str) else methods, _summary(view["callable"])


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
        yield prefix + str(route), _methods(of_class) if of_class else ("GET",), _summary(of_class or each.callback)


def _methods(of_class: Any) -> Tuple[str, ...]:
    """Return those that a class of views has methods for."""
    return tuple(name for name in METHODS if hasattr(of_class, name.lower()))


def _summary(handler: Any) -> str:
    lines = (getattr(handler, "__doc__", None) or "").strip().splitlines()
    return lines[0] if lines else ""


def _of_routes(routes: Iterable[Known]) -> Dict[str, Any]:
    """A document of routes, of whose parameters only those in the path are known."""
    paths: Dict[str, Any] = {}
    for path, methods, summary in routes:
        parameters = [_parameter(parameter) for parameter in _PARAMETER.finditer(path)]
        plain = _PARAMETER.sub(_in_braces, path)
        for method in METHODS:
            if method in methods:
                operation = {"summary": summary, "parameters": parameters}
                paths.setdefault(plain, {}).setdefault(method.lower(), operation)
    return {"paths": paths}


def _in_braces(parameter: Any) -> str:
    return "{%s}" % (parameter.group(1) or parameter.group(4))


def _parameter(match: Any) -> Dict[str, Any]:
    of_type, name = match.group(2) or match.group(3) or "", match.group(1) or match.group(4)
    return {"name": name, "in": "path", "required": True, "schema": _TYPES.get(of_type, {"type": "string"})}
