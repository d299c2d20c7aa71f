"""The routes of an OpenAPI document, each with the requests that may be answered, the likeliest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects.examples import Examples, Schema, UnknownError, given
from find_mem_leaks.subjects.requests import CONTENT_TYPE, FORM, JSON, NUMBER, Request
from find_mem_leaks.subjects.routes import Route

METHODS = ("get", "post", "put", "patch", "delete")
MULTIPART = "multipart/form-data"
BOUNDARY = "find-mem-leaks"
# What is written of a text in a path or a query so that it comes to NUMBER again.
QUOTED = quote(NUMBER)


def routes(document: Mapping[str, Any], name: str) -> list[Route]:
    """The routes of a document; UsageError, naming its application, if it is none.

    A path without ``servers`` begins at the application's root, as frameworks serve it.
    """
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or not all(isinstance(item, Mapping) for item in paths.values()):
        raise UsageError(f"{name} has an OpenAPI document without paths: give requests by --request or --requests")
    return [
        _route(document, path, method, item)
        for path, item in paths.items()
        for method in METHODS
        if isinstance(item.get(method), Mapping)
    ]


def _route(document: Schema, path: str, method: str, item: Schema) -> Route:
    operation = item[method]
    problem, candidates = "", []
    for differs, in_path in ((True, True), (True, False), (False, False)):
        try:
            candidates.append(_Maker(document, differs, in_path).request(method.upper(), path, item, operation))
        except UnknownError as error:
            problem = str(error)
        except (AttributeError, TypeError, ValueError, LookupError) as error:
            problem = f"its schema is broken: {type(error).__name__}: {error}"
    lines = str(operation.get("summary") or operation.get("description") or "").splitlines()
    name = f"{method.upper()} {path}"
    return Route(name, lines[0] if lines else "", tuple(dict.fromkeys(candidates)), problem)


@dataclass(frozen=True)
class _Maker:
    """Requests to the operations of a document.

    Attributes:
        document: the OpenAPI document.
        differs: whether values that may be any differ each time.
        in_path: whether they do so in the path too.
    """

    document: Schema
    differs: bool
    in_path: bool

    def request(self, method: str, path: str, item: Schema, operation: Schema) -> Request:
        examples = Examples(self.document, self.differs)
        parameters = self._parameters(examples, item, operation)
        for each in parameters:
            if each["in"] == "path":
                path = re.sub(rf"\{{{re.escape(each['name'])}(:[^}}]*)?\}}", self._in_path(each), path)
        query = list(_values(examples, parameters, "query"))
        if query:
            path += "?" + urlencode(query, doseq=True).replace(QUOTED, NUMBER)
        headers = [(name, str(value)) for name, value in _values(examples, parameters, "header")]
        cookies = [f"{name}={value}" for name, value in _values(examples, parameters, "cookie")]
        headers += [("Cookie", "; ".join(cookies))] if cookies else []
        kind, body = _body(examples, operation)
        headers += [(CONTENT_TYPE, kind)] if kind else []
        return Request(method, path, body, tuple(headers))

    def _parameters(self, examples: Examples, item: Schema, operation: Schema) -> list[Schema]:
        """Return all parameters of a path and its operation; of two of the same name that of the operation."""
        parameters = map(examples.resolved, (*item.get("parameters", ()), *operation.get("parameters", ())))
        return list({(each["name"], each["in"]): each for each in parameters}.values())

    def _in_path(self, parameter: Schema) -> str:
        is_given, value = given(parameter)
        if not is_given:
            value = self._any(Examples(self.document, self.in_path), parameter)
        return quote(str(value), safe="").replace(QUOTED, NUMBER)

    def _any(self, examples: Examples, parameter: Schema) -> Any:
        """Rows are numbered from 1 on: a text that may be any, and does not differ, is that."""
        schema = examples.resolved(_schema(parameter))
        value = examples.value(schema)
        if given(schema)[0]:
            return value
        if self.in_path and value == 1 and "maximum" not in schema:
            return NUMBER
        return "1" if value == "x" else value


def _schema(parameter: Schema) -> Any:
    """Return that of a parameter, which OpenAPI 2 says in itself, and some by a media type."""
    content = parameter.get("content")
    if isinstance(content, Mapping) and content:
        return next(iter(content.values())).get("schema")
    return parameter.get("schema", parameter)


def _values(examples: Examples, parameters: list[Schema], where: str) -> Iterator[tuple[str, Any]]:
    """Names and values of the parameters in a place that are required, or have an example."""
    for each in parameters:
        is_given, value = given(each, by_default=False)
        if each["in"] == where and (is_given or each.get("required")):
            value = value if is_given else examples.value(_schema(each))
            yield each["name"], str(value).lower() if isinstance(value, bool) else value


def _body(examples: Examples, operation: Schema) -> tuple[str, str | None]:
    """The type and the text of a body; JSON if it may be."""
    content = examples.resolved(operation.get("requestBody")).get("content", {})
    if not content:
        return "", None
    kind = next((kind for kind in content if kind.endswith("json")), next(iter(content)))
    media = content[kind]
    is_given, value = given(media, by_default=False)
    value = value if is_given else examples.value(media.get("schema"))
    if kind.endswith("json") or kind == "*/*":
        return JSON if kind == "*/*" else kind, json.dumps(value)
    if kind == FORM:
        return kind, urlencode(value, doseq=True).replace(QUOTED, NUMBER)
    if kind == MULTIPART:
        return f"{kind}; boundary={BOUNDARY}", _multipart(examples, media.get("schema"), value)
    return kind, value if isinstance(value, str) else json.dumps(value)


def _fields(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a form: of a list there is one for each entry."""
    for name, each in value.items():
        yield from ((name, entry) for entry in (each if isinstance(each, list) else [each]))


def _multipart(examples: Examples, schema: Any, value: Mapping[str, Any]) -> str:
    properties = examples.resolved(schema).get("properties", {})
    parts = []
    for name, each in _fields(value):
        form = examples.resolved(properties.get(name))
        form = examples.resolved(form["items"]) if "items" in form else form
        is_file = form.get("format") == "binary" or "contentMediaType" in form
        file = f'; filename="{name}.txt"' if is_file else ""
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{each}\r\n')
    return "".join([*parts, f"--{BOUNDARY}--\r\n"])
