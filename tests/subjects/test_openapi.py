"""The routes of an OpenAPI document and what they are sent."""

import json

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import openapi

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def routes(paths):
    return openapi.routes({"openapi": "3.1.0", "paths": paths}, "main:app")


def candidates(path, operation, method="get", **item):
    [route] = routes({path: {method: operation, **item}})
    return [(request.path, request.body) for request in route.candidates]


def body(content, **operation):
    [route] = routes({"/": {"post": {"requestBody": {"content": content}, **operation}}})
    request = route.candidates[0]
    return dict(request.headers), request.body


def test_each_operation_is_a_route_with_what_is_said_of_it():
    found = routes({"/items": {"get": {"summary": "All"}, "post": {"description": "One\nmore"}, "trace": {}}, "/": {}})
    assert [(route.name, route.summary) for route in found] == [("GET /items", "All"), ("POST /items", "One")]


def test_a_parameter_of_the_path_differs_or_is_the_first_row():
    assert candidates("/items/{id}", {"parameters": [ID]}) == [("/items/{i}", None), ("/items/1", None)]
    text = {**ID, "schema": {"type": "string"}}
    assert candidates("/items/{id}", {}, parameters=[text]) == [("/items/x{i}", None), ("/items/1", None)]
    example = {**ID, "example": "a/b"}
    assert candidates("/items/{id}", {"parameters": [example]}) == [("/items/a%2Fb", None)]
    inner = {**ID, "schema": {"type": "integer", "example": 1}}
    assert candidates("/items/{id}", {"parameters": [inner]}) == [("/items/1", None)]


def test_parameters_of_an_operation_go_before_those_of_its_path():
    own = {**ID, "example": 7}
    assert candidates("/{id}", {"parameters": [own]}, parameters=[ID]) == [("/7", None)]


def test_a_query_has_what_is_required_or_has_an_example():
    parameters = [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}},
        {"name": "all", "in": "query", "required": True, "schema": {"type": "boolean"}},
        {"name": "tags", "in": "query", "example": ["a", "b"], "schema": {"type": "array"}},
        {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
    ]
    paths = [path for path, _ in candidates("/", {"parameters": parameters})]
    assert paths == ["/?q=x{i}&all=false&tags=a&tags=b", "/?q=x&all=false&tags=a&tags=b"]


def test_headers_and_cookies_are_parameters_too():
    parameters = [
        {"name": "X-Key", "in": "header", "required": True, "schema": {"type": "string", "enum": ["k"]}},
        {"name": "sid", "in": "cookie", "required": True, "schema": {"type": "integer"}},
    ]
    [route] = routes({"/": {"get": {"parameters": parameters}}})
    assert route.candidates[0].headers == (("X-Key", "k"), ("Cookie", "sid=1"))


SCHEMA = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def test_a_body_is_json_if_it_may_be():
    headers, text = body({"text/plain": {}, "application/json": {"schema": SCHEMA}})
    assert (headers, json.loads(text)) == ({"Content-Type": "application/json"}, {"name": "x{i}"})
    assert body({"application/json": {"schema": SCHEMA, "example": {"name": "own"}}})[1] == '{"name": "own"}'


def test_a_form_is_encoded_as_its_type_says():
    headers, text = body({"application/x-www-form-urlencoded": {"schema": SCHEMA}})
    assert (headers["Content-Type"], text) == ("application/x-www-form-urlencoded", "name=x{i}")
    file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    headers, text = body({"multipart/form-data": {"schema": file}})
    assert headers["Content-Type"] == "multipart/form-data; boundary=find-mem-leaks"
    assert 'name="file"; filename="file.txt"\r\n\r\nx{i}\r\n--find-mem-leaks--\r\n' in text


def test_each_entry_of_a_list_is_a_field_of_a_form():
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 2}
    form = {"type": "object", "required": ["files"], "properties": {"files": files}}
    _, text = body({"multipart/form-data": {"schema": form}})
    assert text.count('name="files"; filename="files.txt"\r\n\r\nx{i}\r\n') == 2


def test_a_route_by_whose_schema_nothing_can_be_made_says_why():
    broken = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/Missing"}}}}}
    [route] = routes({"/": {"post": broken}})
    assert (route.candidates, route.problem) == ((), "the schema refers to #/components/Missing, which is not there")
    [route] = routes({"/": {"post": {"parameters": [{"in": "path"}]}}})
    assert route.problem.startswith("its schema is broken: KeyError: 'name'")


@pytest.mark.parametrize("document", [{}, {"paths": []}, {"paths": {"/": "x"}}])
def test_a_document_without_paths_is_refused(document):
    with pytest.raises(UsageError, match="main:app has an OpenAPI document without paths"):
        openapi.routes(document, "main:app")


def test_a_thousand_routes_are_as_many():
    assert len(routes({f"/{number}/{{id}}": {"get": {"parameters": [ID]}} for number in range(1000)})) == 1000
