"""The package index: which one uv and pip are set to, and what it answers when it is asked for a package."""

from __future__ import annotations

import base64
import configparser
import http.client
import json
import os
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from find_mem_leaks.errors import UsageError

PYPI = "https://pypi.org/simple"
# PEP 691: the index page of a package as JSON; PEP 700 adds when each file was uploaded.
JSON_PAGE = "application/vnd.pypi.simple.v1+json"
ANSWER_SECONDS = 30
# What sets the index for uv and for pip, the first that is set wins: uv installs, so its own come first.
VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


class IndexUnreachableError(Exception):
    """The index did not answer; the message is one line."""


def configured(environment: Mapping[str, str] = os.environ) -> str:
    """The index that uv and pip are told to use by environment variables or their configuration files; else PyPI."""
    variables = (environment[name] for name in VARIABLES if environment.get(name))
    files = (url for url in (_of_uv(environment), _of_pip(environment)) if url)
    index = next(variables, None) or next(files, None) or PYPI
    return index.split("=", 1)[1] if _is_named(index) else index


def _is_named(index: str) -> bool:
    """Return whether it is uv's ``name=https://…``."""
    return "=" in index.split("://", maxsplit=1)[0]


def _of_uv(environment: Mapping[str, str]) -> str | None:
    """The default index of uv's own configuration files."""
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for path in (Path(environment.get("UV_CONFIG_FILE") or home / "uv" / "uv.toml"), Path("/etc/uv/uv.toml")):
        try:
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        defaults = [index["url"] for index in settings.get("index", []) if index.get("default")]
        urls = [*defaults, settings.get("index-url"), settings.get("pip", {}).get("index-url")]
        if any(urls):
            return next(str(url) for url in urls if url)
    return None


def _of_pip(environment: Mapping[str, str]) -> str | None:
    """``index-url`` of pip's configuration files, of which the nearest to the person wins."""
    url = None
    for path in _pip_files(environment):
        settings = configparser.RawConfigParser(strict=False)
        try:
            settings.read(path, encoding="utf-8")
        except (configparser.Error, OSError, ValueError):
            continue
        for section in ("global", "install"):
            for name in ("index-url", "index_url"):
                url = settings.get(section, name, fallback=url)
    return url


def _pip_files(environment: Mapping[str, str]) -> list[Path]:
    """Return where pip looks, what it reads last at the end."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    everyone = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf")]
    own = [Path.home() / ".pip" / "pip.conf", home / "pip" / "pip.conf", Path(sys.prefix) / "pip.conf"]
    return [*everyone, *own, *([Path(named)] if named else [])]


def page(package: str, index: str) -> Any:
    """The index's page of a package, as JSON.

    UsageError if the index has no such package, or does not answer in JSON; IndexUnreachableError if it does not answer
    at all.
    """
    try:
        with urllib.request.urlopen(_request(package, index), timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {404, 410}:
            raise UsageError(f"{shown(index)} has no package {package!r}: check its name") from None
        raise IndexUnreachableError(f"{shown(index)} answered {error.code} {error.reason}") from None
    except (OSError, EOFError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise IndexUnreachableError(f"{shown(index)} cannot be reached ({reason})") from None
    except ValueError:
        raise UsageError(f"{shown(index)} does not list {package!r} in JSON (PEP 691): set another index") from None


def _request(package: str, index: str) -> urllib.request.Request:
    """The request for a package's page; a name and password in the index's address go into a header."""
    if not index.startswith(("https://", "http://")):
        raise UsageError(f"the index {index} is not an http address: set another, such as {PYPI}")
    parts = urllib.parse.urlsplit(f"{index.rstrip('/')}/{package}/")
    address = urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    request = urllib.request.Request(address, headers={"Accept": JSON_PAGE, "User-Agent": "find-mem-leaks"})  # noqa: S310
    if parts.username:
        words = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(words.encode()).decode())
    return request


def shown(index: str) -> str:
    """The index without a name and password in its address."""
    parts = urllib.parse.urlsplit(index)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
