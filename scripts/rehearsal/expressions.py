"""What stands between ``${{`` and ``}}``, as far as the workflows of this project use it.

Names lead into nested mappings; there are ``||``, ``&&``, ``!``, ``==``, ``!=``, parentheses, strings, whole numbers,
and the functions that the caller gives. What a workflow newly uses and this cannot read is an error, never a guess.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Context = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]

WHOLE = re.compile(r"\$\{\{((?:(?!\}\}).)*)\}\}", re.DOTALL)
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>\|\||&&|==|!=|[!().,]))"
)
CONSTANTS = {"true": True, "false": False, "null": None}
STATUS = ("always", "success", "failure", "cancelled")


class ExpressionError(Exception):
    """An expression that cannot be read, or a name that nothing stands for."""


def same(left: Any, right: Any) -> bool:
    """GitHub's equality: of strings without regard to case, of two kinds of values as numbers."""
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right):
        return bool(left == right)
    return number(left) == number(right)


def number(value: Any) -> float:
    """How GitHub reads a value where a number is needed: nothing as 0, what is none as NaN."""
    if isinstance(value, list | dict):
        return math.nan
    try:
        return float(value or 0)
    except ValueError:
        return math.nan


def truth(value: Any) -> bool:
    """Whether a value holds: unlike Python's, an empty list or mapping does."""
    return isinstance(value, list | dict) or bool(value)


def contains(where: Any, what: Any) -> bool:
    """Whether a list has a member, or a string a part, as GitHub compares them."""
    if isinstance(where, list):
        return any(same(one, what) for one in where)
    return as_text(what).lower() in as_text(where).lower()


def as_text(value: Any) -> str:
    """How a value reads in the midst of a string."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


BUILT_IN: Functions = {
    "fromJSON": json.loads,
    "toJSON": lambda value: json.dumps(value, indent=2),
    "format": lambda text, *values: re.sub(r"\{(\d+)\}", lambda place: as_text(values[int(place[1])]), text),
    "contains": contains,
    "startsWith": lambda text, start: text.lower().startswith(start.lower()),
}


def tokens(text: str) -> list[str]:
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"{text!r} cannot be read from {text[place:]!r} on")
        found.append(match[0].strip())
        place = match.end()
    return found


@dataclass
class Reader:
    """A recursive descent through the tokens of one expression."""

    left: list[str]
    context: Context
    functions: Functions

    def next(self) -> str:
        return self.left[0] if self.left else ""

    def take(self, expected: str = "") -> str:
        if not self.left or (expected and self.left[0] != expected):
            raise ExpressionError(f"{expected or 'more'} expected before {self.next() or 'the end'}")
        return self.left.pop(0)

    def either(self) -> Any:
        value = self.both()
        while self.next() == "||":
            self.take()
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self.next() == "&&":
            self.take()
            other = self.equal()
            value = other if truth(value) else value
        return value

    def equal(self) -> Any:
        value = self.one()
        if self.next() in {"==", "!="}:
            wanted = self.take() == "=="
            return same(value, self.one()) is wanted
        return value

    def one(self) -> Any:
        word = self.take()
        if word == "!":
            return not truth(self.one())
        if word == "(":
            value = self.either()
            self.take(")")
            return value
        if word[0] == "'":
            return word[1:-1].replace("''", "'")
        if word.isdecimal():
            return int(word)
        return self.within(self.call(word) if self.next() == "(" else self.named(word))

    def call(self, name: str) -> Any:
        if name not in self.functions:
            raise ExpressionError(f"there is no function {name}")
        self.take("(")
        values = []
        while self.next() != ")":
            values.append(self.either())
            if self.next() == ",":
                self.take()
        self.take(")")
        return self.functions[name](*values)

    def named(self, name: str) -> Any:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name not in self.context:
            raise ExpressionError(f"nothing is known of {name}")
        return self.context[name]

    def within(self, value: Any) -> Any:
        """What the names after a value lead to; nothing, as on GitHub, where there is none of the name."""
        while self.next() == ".":
            self.take()
            part = self.take()
            value = value.get(part) if isinstance(value, Mapping) else None
        return value


def evaluate(text: str, context: Context, functions: Functions = BUILT_IN) -> Any:
    """The value of one expression."""
    reader = Reader(tokens(text), context, functions)
    value = reader.either()
    if reader.left:
        raise ExpressionError(f"{text!r}: {reader.left[0]!r} is one too many")
    return value


def fill(value: Any, context: Context, functions: Functions = BUILT_IN) -> Any:
    """A value of the workflow with its expressions replaced; a string that is one expression becomes its value."""
    if isinstance(value, Mapping):
        return {key: fill(part, context, functions) for key, part in value.items()}
    if isinstance(value, list):
        return [fill(part, context, functions) for part in value]
    if not isinstance(value, str):
        return value
    whole = WHOLE.fullmatch(value.strip())
    if whole:
        return evaluate(whole[1], context, functions)
    return WHOLE.sub(lambda found: as_text(evaluate(found[1], context, functions)), value)


def condition(text: Any, context: Context, succeeded: bool, failed: bool | None = None) -> bool:
    """Whether an ``if:`` holds; without a word on the status it means only as long as all went well.

    failed: whether something before it failed, which is more than that not all went well where it was skipped; None to
    take it for the contrary of ``succeeded``. Nothing is ever cancelled here.
    """
    functions = {
        **BUILT_IN,
        "always": lambda: True,
        "cancelled": lambda: False,
        "success": lambda: succeeded,
        "failure": lambda: not succeeded if failed is None else failed,
    }
    if text is None:
        return succeeded
    inner = WHOLE.fullmatch(str(text).strip())
    source = inner[1] if inner else str(text)
    holds = truth(evaluate(source, context, functions))
    asked = any(f"{name}(" in source for name in STATUS)
    return holds if asked else holds and succeeded
