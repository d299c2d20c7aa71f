"""What a person's own workload has, before anything of it is measured: its operations, their values, its settings."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Callable, Mapping, Tuple

from . import applications, user_file

if TYPE_CHECKING:
    from . import replies

SETTINGS = ("LIMIT", "TIME_CAP", "EXPECT")
# What an outline carries as it is; of anything else it says what it looks like.
PLAIN = (bool, int, float, str)


def outline(target: str) -> replies.OutlineFile:
    """The outline of a file's path or of ``package.module``.

    operations: the first line of each one's docstring, by the names of scenarios; values: names of ``PARAMETERS``;
    settings: what the module says of limit, time and what is expected; applications: names of those that a module has
    which has no operation; problem: why it cannot be measured, one line, empty if it can. Raises whatever importing it
    raises.
    """
    module = user_file.load(target)
    operations = user_file.operations(module)
    with_value = hasattr(module, "PARAMETERS")
    problem = (_of_values(module.PARAMETERS) if with_value else "") or _of_calls(operations, with_value)
    return {
        "operations": {name: _summary(function) for name, function in operations.items()},
        "values": [] if problem else list(user_file.values(module)),
        "settings": {name: _plain(getattr(module, name)) for name in SETTINGS if hasattr(module, name)},
        "applications": [] if operations else applications.named(module),
        "problem": problem,
    }


def _summary(function: Callable[..., object]) -> str:
    lines = (inspect.getdoc(function) or "").splitlines() if inspect.isroutine(function) else []
    return lines[0] if lines else ""


def _plain(value: object) -> replies.Plain:
    return value if isinstance(value, PLAIN) else repr(value)


def _of_values(parameters: object) -> str:
    """Return what is wrong with ``PARAMETERS``, if anything is."""
    advice = 'make it a dict of names and values, such as {"small": 10, "large": 1000}'
    if not isinstance(parameters, dict):
        return "PARAMETERS is a %s: %s" % (type(parameters).__name__, advice)
    names = [str(name) for name in parameters]
    if not names or len(set(names)) < len(names):
        return "PARAMETERS %s: %s" % ("has a name twice" if names else "is empty", advice)
    bad = [name for name in names if not name.strip() or not name.isprintable()]
    return "PARAMETERS has the name %r, which cannot be printed: %s" % (bad[0], advice) if bad else ""


def _of_calls(operations: Mapping[str, Callable[..., object]], with_value: bool) -> str:
    """Which operation cannot be called as all of them are, if one cannot."""
    arguments = (0, None) if with_value else (0,)
    for name, function in operations.items():
        called = name if name == user_file.OPERATION else user_file.PREFIX + name
        if not _takes(function, arguments):
            as_all = "%s(i, value), since there are PARAMETERS" if with_value else "%s(i)"
            return "%s cannot be called as %s" % (called, as_all % called)
    return ""


def _takes(function: Callable[..., object], arguments: Tuple[object, ...]) -> bool:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some functions of C do not tell
        return True
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True
