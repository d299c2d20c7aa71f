"""The options of a call of ``run`` that its cells keep, so that each can be measured again by another call."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from typing import Any

from find_mem_leaks.commands.options import words_of
from find_mem_leaks.concealing import SECRET, concealed
from find_mem_leaks.reports.rerun import exact

# The options that nothing else in a cell's record tells of, by their names among the arguments: of all cells, of what
# is a person's own, and of applications.
OF_ALL = ("quick", "concurrency", "time_cap", "stall")
OF_OWN = ("python", "requirements", "app_dir", "env")
OF_APPLICATIONS = ("request", "requests", "header", "cookie", "auth", "login", "exclude", "workers", "all")
# Headers that say nothing of who is asking.
HARMLESS = re.compile(
    r"accept(-\w+)?|content-type|user-agent|host|origin|referer|x-forwarded-\w+|x-requested-with", re.IGNORECASE
)
SECRET_NAME = re.compile(r"key|secret|pass|token|credential|auth|private|salt", re.IGNORECASE)


def options(
    arguments: argparse.Namespace, usual: Mapping[str, Any], *, own: bool, application: bool = False
) -> tuple[str, ...]:
    """The words of the options that were given, without secrets; ``usual``: values that are those of a call without
    any."""
    names = (*OF_ALL, *(OF_OWN if own else ()), *(OF_APPLICATIONS if application else ()))
    values = {name: getattr(arguments, name, None) for name in names}
    changed = {name: value for name, value in values.items() if value != usual.get(name)}
    return tuple(word for name, value in changed.items() for word in words_of(name, value, HIDERS.get(name, _plain)))


def _plain(value: Any) -> str:
    return concealed(exact(value) if isinstance(value, float) else str(value))


def _header(text: str) -> str:
    name, _, value = text.partition(":")
    return text if HARMLESS.fullmatch(name.strip()) or not value.strip() else f"{name}: {SECRET}"


def _cookie(text: str) -> str:
    return f"{text.partition('=')[0]}={SECRET}"


def _auth(text: str) -> str:
    return f"{text.partition(':')[0]}:{SECRET}"


def _login(text: str) -> str:
    """The request without its body, and without what is behind a question mark."""
    method, _, rest = text.strip().partition(" ")
    path, _, body = rest.strip().partition(" ")
    plain, question, _ = path.partition("?")
    return " ".join(filter(None, (method, plain + (f"?{SECRET}" if question else ""), SECRET if body else "")))


def _variable(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{name}={SECRET}" if SECRET_NAME.search(name) else f"{name}={concealed(value)}"


HIDERS: dict[str, Callable[[str], str]] = {
    "header": _header,
    "cookie": _cookie,
    "auth": _auth,
    "login": _login,
    "env": _variable,
}
