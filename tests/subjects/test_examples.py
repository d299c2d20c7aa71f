"""Values for what an OpenAPI document describes."""

import re

import pytest

from find_mem_leaks.subjects.examples import Examples, UnknownError

DOCUMENT = {
    "components": {
        "schemas": {
            "Item": {
                "type": "object",
                "required": ["name", "price"],
                "properties": {
                    "name": {"type": "string"},
                    "price": {"type": "number"},
                    "note": {"type": "string"},
                    "color": {"type": "string", "example": "red"},
                },
            },
            "Tree": {
                "type": "object",
                "required": ["children"],
                "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
            },
            "Endless": {
                "type": "object",
                "required": ["inner"],
                "properties": {"inner": {"$ref": "#/components/schemas/Endless"}},
            },
            "a/b": {"const": 7},
        }
    }
}
ITEM = {"$ref": "#/components/schemas/Item"}


def value(schema, differs=True):
    return Examples(DOCUMENT, differs).value(schema)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "example": "a", "default": "b"}, "a"),
        ({"type": "string", "examples": ["c", "d"]}, "c"),
        ({"examples": {"one": {"value": 3}}}, 3),
        ({"type": "integer", "default": 0, "enum": [1]}, 0),
        ({"const": "k"}, "k"),
        ({"enum": ["e", "f"]}, "e"),
        (ITEM, {"name": "x{i}", "price": 1, "color": "red"}),
        ({"type": "array", "items": ITEM, "minItems": 2}, [{"name": "x{i}", "price": 1, "color": "red"}] * 2),
        ({"type": "array", "items": {"type": "boolean"}}, [False]),
        ({"type": "array", "maxItems": 0, "items": {}}, []),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"type": ["null", "string"], "format": "date"}, "2024-01-01"),
        ({"allOf": [ITEM, {"properties": {"x": {"type": "integer"}}, "required": ["x"]}]},
         {"name": "x{i}", "price": 1, "color": "red", "x": 1}),
        ({"$ref": "#/components/schemas/a~1b"}, 7),
        ({"properties": {}}, {}),
        ({"prefixItems": [{"type": "number"}, {"type": "boolean"}], "minItems": 2}, [1.0, False]),
        ({"type": "object", "properties": {"kind": {"const": "card"}, "more": {"type": "string"}}}, {"kind": "card"}),
        ({"type": "string", "format": "ipvanyaddress"}, "127.0.0.1"),
        ({"type": "string", "contentMediaType": "application/json"}, "{}"),
        ({}, "x{i}"),
        (True, "x{i}"),
    ],
)  # fmt: skip
def test_a_value_is_the_schemas_own_or_the_simplest(schema, expected):
    assert value(schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected", "constant"),
    [
        ({"type": "string"}, "x{i}", "x"),
        ({"type": "string", "minLength": 15}, "xxxx{i}", "x" * 15),
        ({"type": "string", "maxLength": 5}, "x", "x"),
        ({"type": "string", "format": "email"}, "x{i}@example.com", "x@example.com"),
        ({"type": "string", "format": "date-time"}, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
    ],
)
def test_a_text_that_may_be_any_differs_each_time(schema, expected, constant):
    assert value(schema) == expected
    assert value(schema, differs=False) == constant


@pytest.mark.parametrize(("form", "version"), [("uuid", 4), ("uuid4", 4), ("uuid7", 7)])
@pytest.mark.parametrize("differs", [True, False])
def test_a_uuid_is_one_of_its_version(form, version, differs):
    import uuid

    text = value({"type": "string", "format": form}, differs=differs).replace("{i}", "12345678901")
    assert uuid.UUID(text).version == version


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "integer", "exclusiveMinimum": 3}, 4),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "integer", "exclusiveMaximum": 0}, -1),
        ({"type": "integer", "minimum": 3, "multipleOf": 5}, 5),
        ({"type": "number", "minimum": 0.2, "maximum": 0.7}, 0.2),
        ({"type": "number", "exclusiveMinimum": 0.2, "exclusiveMaximum": 0.7}, pytest.approx(0.45)),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 100}, 1),
    ],
)
def test_a_number_lies_within_its_bounds(schema, expected):
    assert value(schema) == expected


def test_a_text_goes_by_its_pattern():
    pattern = r"^[A-Z]{2}-\d{4}$"
    assert re.fullmatch(pattern, value({"type": "string", "pattern": pattern}))


def test_what_refers_to_itself_ends():
    assert str(value({"$ref": "#/components/schemas/Tree"})).count("children") < 20


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"$ref": "#/components/schemas/Missing"}, "refers to #/components/schemas/Missing, which is not there"),
        ({"$ref": "#/components/schemas/Endless"}, "refers to itself without an end"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, "no integer lies between 5 and 3"),
        ({"type": "string", "pattern": "[a"}, r"no text is known by the pattern '\[a'"),
    ],
)
def test_what_cannot_be_made_is_said(schema, problem):
    with pytest.raises(UnknownError, match=problem):
        value(schema)
