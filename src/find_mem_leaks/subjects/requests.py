"""Requests that an application is sent: as a person writes them, and as the measured process is told."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from find_mem_leaks.errors import UsageError

# What stands for a number that no other request has.
NUMBER = "{i}"
# What stands in a counterpart's path for what was made.
MADE = "{made}"
# What answers call the thing that was made, where they don't call it as the document does.
NAMES = ("id", "uuid", "pk")
# Those of WebDAV, which no document has, so that they are sent only where a request is given.
WEBDAV = ("PROPFIND", "REPORT", "SEARCH", "PROPPATCH", "MKCOL", "MKCALENDAR", "COPY", "MOVE", "LOCK", "UNLOCK")
# Stands for a method: a WebSocket is opened, its body is sent as a message, and it is closed again.
WEBSOCKET = "WEBSOCKET"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", WEBSOCKET, *WEBDAV)
EXAMPLE = """'POST /items {"name": "x{i}"}'"""
CONTENT_TYPE = "Content-Type"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Counterpart:
    """The request that takes away what another one has made.

    Attributes:
        method, path: its own; ``{made}`` in the path stands for what the answer calls the thing that was made.
        name: what the application's document calls that; empty where the path has no ``{made}``.
    """

    method: str
    path: str
    name: str

    @property
    def names(self) -> list[str]:
        """Return what an answer may call it, the likeliest first."""
        return names(self.name)

    def __str__(self) -> str:
        return f"{self.method} {self.path.replace(MADE, f'{{{self.name}}}')}"


@dataclass(frozen=True)
class Maker:
    """The request that makes what another one needs, and what the application's document calls that."""

    request: Request
    name: str


def names(name: str) -> list[str]:
    """Return what an answer may call what was made, the likeliest first; ``name``: what the document calls it, if it
    does."""
    return [name, *NAMES] if name else [*NAMES]


@dataclass(frozen=True)
class Request:
    """One kind of request, in whose texts ``{i}`` differs each time.

    Attributes:
        method, path, body, headers: what is sent.
        counterpart: what is sent after each answer, so that what it makes does not add up.
        maker: what is sent once, before: ``{made}`` in the path stands for what its answer calls what it made.
    """

    method: str
    path: str
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    counterpart: Counterpart | None = None
    maker: Maker | None = None

    @property
    def route(self) -> list[Any]:
        """The request as the measured process takes it."""
        plain = [self.method, self.path, self.body, dict(self.headers)]
        if not (self.counterpart or self.maker):
            return plain
        other, maker = self.counterpart, self.maker
        return [
            *plain,
            [other.method, other.path, other.names] if other else None,
            [maker.request.route, names(maker.name)] if maker else None,
        ]

    @property
    def name(self) -> str:
        """The name of its scenario where nothing else is known."""
        return f"{self.method} {self.path.split('?')[0]}"

    def __str__(self) -> str:
        path = self.path.replace(MADE, f"{{{self.maker.name}}}") if self.maker else self.path
        sent = " ".join(filter(None, (self.method, path, self.body)))
        sent += f" of {self.maker.request}" if self.maker else ""
        return f"{sent}, then {self.counterpart}" if self.counterpart else sent

    def with_headers(self, headers: Sequence[tuple[str, str]]) -> Request:
        """The request with these as well; one that it has already is theirs."""
        merged = {name.lower(): (name, value) for name, value in (*self.headers, *headers)}
        cookies = [value for name, value in (*self.headers, *headers) if name.lower() == "cookie"]
        if cookies:
            pairs = [pair.strip() for value in cookies for pair in value.split(";") if pair.strip()]
            by_name = {pair.partition("=")[0]: pair for pair in pairs}
            merged["cookie"] = (merged["cookie"][0], "; ".join(by_name.values()))
        return replace(self, headers=tuple(merged.values()))


def parse(text: str, option: str = "--request") -> Request:
    """A request from ``METHOD /path`` and, if wanted, a body; UsageError, naming the option, for what is none."""
    method, _, rest = text.strip().partition(" ")
    path, _, body = rest.strip().partition(" ")
    if method not in METHODS:
        raise UsageError(f"{option} {text!r} has no method such as GET: write it as {EXAMPLE}")
    if not path.startswith("/"):
        raise UsageError(f"{option} {text!r} has no path such as /items: requests go to the application alone")
    if not re.fullmatch(r"[!-~]+", path):
        raise UsageError(f"{option} {text!r} has a path with characters that are to be written as %XX")
    body = body.strip()
    return Request(method, path, body or None, ((CONTENT_TYPE, _type(body)),) if body else ())


def _type(body: str) -> str:
    try:
        json.loads(body.replace(NUMBER, "1"))
    except ValueError:
        if body.startswith("<"):
            return "application/xml"
        return FORM if re.fullmatch(r"[^\s=&]+=\S*", body) else "text/plain"
    return JSON


def headers(texts: Sequence[str], cookies: Sequence[str], auth: str | None) -> list[tuple[str, str]]:
    """The headers that go with all requests; UsageError for one that is none."""
    fields = [_header(text) for text in texts]
    for text in cookies:
        if not re.fullmatch(r"[!-~]+=[ -~]*", text):
            raise UsageError(f"--cookie {text!r} is not a cookie: write it as session=abc")
    if cookies:
        fields.append(("Cookie", "; ".join(cookies)))
    if auth is not None:
        if ":" not in auth:
            raise UsageError("--auth takes user:password")
        fields.append(("Authorization", f"Basic {base64.b64encode(auth.encode()).decode()}"))
    return fields


def _header(text: str) -> tuple[str, str]:
    matched = re.fullmatch(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+): *([ -~]*)", text)
    if matched is None:
        raise UsageError(f"--header {text!r} is not a header: write it as 'X-Token: abc'")
    return matched[1], matched[2]
