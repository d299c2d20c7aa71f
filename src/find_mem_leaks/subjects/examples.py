"""Values for what an OpenAPI document describes: its own examples, defaults and enumerations, else the simplest."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from find_mem_leaks.subjects.requests import NUMBER

# Digits of the number that stands for NUMBER.
DIGITS = 11
# How deep arrays may lie in one another: those of a schema that refers to itself are empty from there on.
DEEPEST = 6
UUID = f"00000000-0000-4000-8000-0{NUMBER}"
# Texts of the formats that OpenAPI and JSON Schema name.
FORMS = {
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "x@example.com",
    "idn-email": "x@example.com",
    "hostname": "example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uri": "http://example.com/",
    "uri-reference": "/",
    "byte": "eA==",
    "base64": "eA==",
    "base64url": "eA==",
    "json-string": "{}",
    "ipvanyaddress": "127.0.0.1",
    "ipvanyinterface": "127.0.0.1/8",
    "ipvanynetwork": "127.0.0.0/8",
    "ipv4interface": "127.0.0.1/8",
    "ipv4network": "127.0.0.0/8",
    "ipv6interface": "::1/64",
    "ipv6network": "fe80::/64",
}

Schema = Mapping[str, Any]


class UnknownError(Exception):
    """No value can be made by the schema; the message says why."""


@dataclass(frozen=True)
class Examples:
    """Values for the schemas of a document.

    Attributes:
        document: the OpenAPI document.
        differs: whether texts that may be any have ``NUMBER`` in them.
    """

    document: Schema
    differs: bool

    def value(self, schema: Any, depth: int = 0) -> Any:
        """A value for a schema; UnknownError if there is none."""
        plain = self.resolved(schema)
        is_given, value = given(plain)
        if is_given:
            return value
        for key in ("oneOf", "anyOf"):
            if plain.get(key):
                return self.value(next(filter(_is_not_null, map(self.resolved, plain[key])), plain[key][0]), depth)
        return self._of_type(_type(plain), plain, depth)

    def resolved(self, schema: Any) -> Schema:
        """The schema that a reference leads to, and that all of ``allOf`` come to."""
        if not isinstance(schema, Mapping):
            return {}
        plain: dict[str, Any] = dict(schema)
        for _ in range(DEEPEST):
            if "$ref" not in plain:
                break
            plain = {**self._referred(plain.pop("$ref")), **plain}
        for part in plain.pop("allOf", ()):
            other = self.resolved(part)
            merged = {key: {**other.get(key, {}), **plain.get(key, {})} for key in ("properties",)}
            required = [*other.get("required", ()), *plain.get("required", ())]
            plain = {**other, **plain, **merged, "required": required}
        return plain

    def _referred(self, reference: str) -> Schema:
        node: Any = self.document
        for part in str(reference).removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or name not in node:
                raise UnknownError(f"the schema refers to {reference}, which is not there")
            node = node[name]
        return node if isinstance(node, Mapping) else {}

    def _of_type(self, kind: str, schema: Schema, depth: int) -> Any:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            fewest = schema.get("minItems", 0 if depth >= DEEPEST or schema.get("maxItems") == 0 else 1)
            first = [self.value(each, depth + 1) for each in schema.get("prefixItems", ())]
            return first + [self.value(schema.get("items"), depth + 1) for _ in range(fewest - len(first))]
        if kind == "string":
            return self._string(schema)
        if kind in {"integer", "number"}:
            return _number(kind, schema)
        return {"boolean": False, "null": None}.get(kind, f"x{NUMBER}" if self.differs else "x")

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        """Return what is required, and what has an example, or one value alone: by that unions are told apart."""
        if depth > 2 * DEEPEST:
            raise UnknownError("the schema refers to itself without an end")
        properties, required = schema.get("properties", {}), set(schema.get("required", ()))
        return {
            name: self.value(each, depth + 1)
            for name, each in properties.items()
            if name in required or "const" in self.resolved(each) or given(self.resolved(each), by_default=False)[0]
        }

    def _string(self, schema: Schema) -> str:
        form, pattern = schema.get("format", ""), schema.get("pattern")
        fewest, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", 1000))
        if not pattern and re.fullmatch("uuid[1-8]?", form):
            text = UUID if self.differs else FORMS["uuid"]
            return text.replace("-4", f"-{form[4:] or 4}", 1)
        if schema.get("contentMediaType") == "application/json":
            return FORMS["json-string"]
        if self.differs and not pattern:
            if form in {"email", "idn-email"}:
                return f"x{NUMBER}@example.com"
            if form not in FORMS and most > DIGITS:
                return "x" * max(1, fewest - DIGITS) + NUMBER
        if pattern:
            return _by_pattern(pattern, fewest, most)
        return FORMS[form] if form in FORMS else "x" * min(max(1, fewest), most)


def given(schema: Schema, *, by_default: bool = True) -> tuple[bool, Any]:
    """Return whether a schema, parameter or media type says a value itself, and which."""
    if "example" in schema:
        return True, schema["example"]
    if examples := schema.get("examples"):
        first = next(iter(examples.values() if isinstance(examples, Mapping) else examples))
        return True, first.get("value") if isinstance(examples, Mapping) and isinstance(first, Mapping) else first
    for name in ("default", "const") if by_default else ():
        if schema.get(name) is not None:
            return True, schema[name]
    return (True, schema["enum"][0]) if by_default and schema.get("enum") else (False, None)


def _type(schema: Schema) -> str:
    """The type of a schema, the first but null of several; what it has tells that of one that says none."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return next((str(kind) for kind in kinds if kind != "null"), "null")
    if kinds:
        return str(kinds)
    return "object" if "properties" in schema else "array" if "items" in schema or "prefixItems" in schema else ""


def _is_not_null(schema: Schema) -> bool:
    return _type(schema) != "null"


def _number(kind: str, schema: Schema) -> Any:
    """A number within the bounds, 1 if it may be; UnknownError if there is none."""
    low, high = _bound(schema, "minimum", "exclusiveMinimum"), _bound(schema, "maximum", "exclusiveMaximum")
    step = schema.get("multipleOf", 1)
    lowest, highest = -math.inf if low is None else low[0], math.inf if high is None else high[0]
    multiples = [math.ceil(lowest / step), math.floor(lowest / step) + 1] if low else []
    multiples += [math.floor(highest / step), math.ceil(highest / step) - 1] if high else []
    between = [lowest, highest, (lowest + highest) / 2] if kind == "number" and "multipleOf" not in schema else []
    for value in (1 if step == 1 else step, *(count * step for count in multiples), *between):
        if lowest <= value <= highest and (low, high).count((value, True)) == 0:
            return int(value) if kind == "integer" else value
    raise UnknownError(f"no {kind} lies between {lowest:g} and {highest:g}")


def _bound(schema: Schema, name: str, exclusive: str) -> tuple[float, bool] | None:
    """A bound, and whether it is itself excluded: which schemas say by a number, older ones by a yes or no."""
    inner, outer = schema.get(name), schema.get(exclusive)
    if isinstance(outer, bool) or outer is None:
        return None if inner is None else (inner, outer is True)
    return (outer, True)


@cache
def _by_pattern(pattern: str, fewest: int, most: int) -> str:
    """The simplest text that Hypothesis knows by a pattern."""
    from hypothesis import HealthCheck, Phase, configuration, settings, strategies  # noqa: PLC0415 - takes a second
    from hypothesis import given as of  # noqa: PLC0415

    generated: list[str] = []

    def keep(text: str) -> None:
        generated.append(text)

    texts = strategies.from_regex(pattern).map(str.strip).filter(lambda text: fewest <= len(text) <= most)
    once = settings(
        max_examples=1,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            once(of(text=texts)(keep))()
        except Exception as error:
            raise UnknownError(f"no text is known by the pattern {pattern!r}: {error}".splitlines()[0]) from None
    return generated[0]
