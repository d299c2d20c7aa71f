"""The OpenAPI document of an application: its own, or one of the routes that its framework knows."""

import datetime as dt
from types import SimpleNamespace

from find_mem_leaks.measured import schemas


def operations(document):
    """Paths by methods, and the types of the parameters."""
    return {
        f"{method.upper()} {path}": {each["name"]: each["schema"]["type"] for each in operation["parameters"]}
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def view():
    """Show it.

    Not more.
    """


def test_an_applications_own_document_goes_first():
    own = {"paths": {"/": {"get": {"since": dt.date(2024, 1, 1)}}}}
    fastapi = SimpleNamespace(openapi=lambda: own, routes=[])
    assert schemas.document(fastapi) == {"paths": {"/": {"get": {"since": "2024-01-01"}}}}
    litestar = SimpleNamespace(openapi_schema=SimpleNamespace(to_schema=lambda: {"paths": {}}))
    assert schemas.document(litestar) == {"paths": {}}


def test_what_says_nothing_has_none():
    assert schemas.document(SimpleNamespace()) is None
    assert schemas.document(SimpleNamespace(routes=[])) is None


def test_flask_and_quart_have_rules():
    def rule(path, endpoint, *methods):
        return SimpleNamespace(rule=path, endpoint=endpoint, methods=set(methods))

    rules = [
        rule("/static/<path:filename>", "static", "GET"),
        rule("/items/<int:id>", "item", "GET", "HEAD", "OPTIONS", "DELETE"),
        rule("/files/<path:name>/<user>", "files", "POST"),
        SimpleNamespace(rule="/ws", endpoint="ws", methods={"GET"}, websocket=True),
    ]
    flask = SimpleNamespace(url_map=SimpleNamespace(iter_rules=lambda: rules), view_functions={"item": view})
    document = schemas.document(flask)
    assert operations(document) == {
        "GET /items/{id}": {"id": "integer"},
        "DELETE /items/{id}": {"id": "integer"},
        "POST /files/{name}/{user}": {"name": "string", "user": "string"},
    }
    assert document["paths"]["/items/{id}"]["get"]["summary"] == "Show it."


def test_starlette_has_routes_and_mounted_ones():
    inner = SimpleNamespace(path="/{name}", methods={"GET", "HEAD"}, endpoint=view)
    routes = [
        SimpleNamespace(path="/items/{id:int}", methods={"PUT"}, endpoint=view),
        SimpleNamespace(path="/sub", routes=[inner]),
        SimpleNamespace(path="/ws", endpoint=view),
    ]
    assert operations(schemas.document(SimpleNamespace(routes=routes))) == {
        "PUT /items/{id}": {"id": "integer"},
        "GET /sub/{name}": {"name": "string"},
    }


def test_bottle_has_rules_of_its_own_kind():
    routes = [SimpleNamespace(rule="/items/<id:int>/<name>", method="GET", callback=view)]
    assert operations(schemas.document(SimpleNamespace(routes=routes))) == {
        "GET /items/{id}/{name}": {"id": "integer", "name": "string"}
    }


def test_websockets_are_told_by_what_they_have_and_lack():
    inner = SimpleNamespace(path="/{room:int}", endpoint=view)
    routes = [
        SimpleNamespace(path="/", methods={"GET"}, endpoint=view),
        SimpleNamespace(path="/live", endpoint=view),
        SimpleNamespace(path="/rooms", routes=[inner]),
    ]
    assert schemas.websockets(SimpleNamespace(routes=routes)) == ["/live", "/rooms/1"]
    rules = [SimpleNamespace(rule="/<name>/ws", websocket=True), SimpleNamespace(rule="/")]
    assert schemas.websockets(SimpleNamespace(url_map=SimpleNamespace(iter_rules=lambda: rules))) == ["/1/ws"]
    assert schemas.websockets(SimpleNamespace()) == []
