"""Requests that were recorded: in a HAR that a browser saved, in an access log, or as lines of JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects.requests import CONTENT_TYPE, METHODS, Request

# The request and the status in the common and the combined format.
LOGGED = re.compile(r'"(?P<method>[A-Z]+) (?P<path>/[!-~]*) HTTP/[\d.]+" (?P<status>\d{3}) ')
LARGEST = 1 << 28
# The lowest status of an answer that refuses.
REFUSAL = 400


def read(file: str) -> Counter[Request]:
    """The requests of a file, in their order, and how often each was sent. Those of other hosts than a HAR's first are
    left out, as are those that were refused and lines that are no request; UsageError if nothing is left."""
    path = Path(file)
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"--requests {file} has more than {LARGEST >> 20} MB: give a part of it")
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UsageError(f"--requests {file} cannot be read ({error.strerror})") from None
    try:
        recorded = Counter(_of_har(text) if _is_har(text) else _of_lines(text))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"--requests {file} is a HAR that is damaged: {type(error).__name__}: {error}") from None
    if not recorded:
        raise UsageError(
            f"--requests {file} has no request that was answered below {REFUSAL}: give a HAR, an access log, or "
            "lines of JSON"
        )
    return recorded


def _is_har(text: str) -> bool:
    return re.match(r'\s*\{\s*"log"\s*:', text) is not None


def _of_har(text: str) -> Iterator[Request]:
    entries = json.loads(text)["log"]["entries"]
    hosts = [urlsplit(entry["request"]["url"]).netloc for entry in entries]
    for entry, host in zip(entries, hosts, strict=True):
        request = entry["request"]
        parts = urlsplit(request["url"])
        body = request.get("postData") or {}
        if host == hosts[0] and (entry.get("response") or {}).get("status", 0) < REFUSAL:
            yield from _request(
                request["method"], parts.path + (f"?{parts.query}" if parts.query else ""), body.get("text"),
                {CONTENT_TYPE: body["mimeType"]} if body.get("mimeType") else {},
            )  # fmt: skip


def _of_lines(text: str) -> Iterator[Request]:
    for line in text.splitlines():
        logged = LOGGED.search(line)
        if logged and int(logged["status"]) < REFUSAL:
            yield from _request(logged["method"], logged["path"])
        elif line.startswith("{"):
            yield from _of_json(line)


def _of_json(line: str) -> Iterator[Request]:
    """The request of an object with method, path and, if wanted, body (text, or what JSON it is) and headers."""
    try:
        entry = json.loads(line)
        body, headers = entry.get("body"), entry.get("headers") or {}
        if body is not None and not isinstance(body, str):
            body, headers = json.dumps(body), {CONTENT_TYPE: "application/json", **headers}
        yield from _request(entry["method"], entry["path"], body, headers)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return


def _request(
    method: str, path: str, body: str | None = None, headers: Mapping[str, Any] | None = None
) -> Iterator[Request]:
    """The request, if it is one that can be sent to an application."""
    if method in METHODS and re.fullmatch(r"/[!-~]*", path):
        texts = tuple((name, str(value)) for name, value in (headers or {}).items())
        if all(re.fullmatch(r"[!-9;-~]+:[ -~]*", f"{name}:{value}") for name, value in texts):
            yield Request(method, path, body or None, texts)
