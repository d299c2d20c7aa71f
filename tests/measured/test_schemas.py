"""The OpenAPI document of an application: its own, or one of the routes that its framework knows."""

import datetime as dt
from types import SimpleNamespace
from typing import ClassVar

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


def called(**attributes):
    """What can be called, as applications can be, and has these."""

    def application(scope, receive, send):
        raise AssertionError

    vars(application).update(attributes)
    return application


def test_starlette_has_routes_and_mounted_ones():
    class Users:
        def get(self): ...

        def post(self): ...

    inner = called(routes=[SimpleNamespace(path="/{name}", methods={"GET", "HEAD"}, endpoint=view)])
    routes = [
        SimpleNamespace(path="/items/{id:int}", methods={"PUT"}, endpoint=view),
        SimpleNamespace(path="/users", methods=None, endpoint=Users),
        SimpleNamespace(path="/sub", app=inner),
        SimpleNamespace(path="/static", app=called()),
        SimpleNamespace(path="/ws", endpoint=view, app=called(routes=inner.routes)),
    ]
    assert operations(schemas.document(SimpleNamespace(routes=routes))) == {
        "PUT /items/{id}": {"id": "integer"},
        "GET /users": {},
        "POST /users": {},
        "GET /sub/{name}": {"name": "string"},
    }


def test_what_is_mounted_is_added_to_a_document_with_schemas_of_its_own():
    own = {"paths": {"/": {"get": {}}}, "components": {"schemas": {"A": {"type": "string"}}}}
    refers = {"schemas": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/elsewhere"}]}
    other = {"paths": {"/b": {"post": refers}}, "components": {"schemas": {"A": {"type": "integer"}}}}
    mounted = SimpleNamespace(path="/sub", app=called(app=called(openapi=lambda: other)))
    document = schemas.document(SimpleNamespace(openapi=lambda: own, routes=[mounted]))
    assert document == {
        "paths": {
            "/": {"get": {}},
            "/sub/b": {"post": {"schemas": [{"$ref": "#/components/~1sub/schemas/A"}, {"$ref": "#/elsewhere"}]}},
        },
        "components": {"schemas": {"A": {"type": "string"}}, "/sub": {"schemas": {"A": {"type": "integer"}}}},
    }


def test_routes_that_are_not_in_fastapis_document_are_known_too_but_not_those_of_the_document_itself():
    pages = [SimpleNamespace(path=path, methods={"GET"}, endpoint=view) for path in ("/docs", "/metrics", "/a")]
    application = SimpleNamespace(openapi=lambda: {"paths": {"/a": {"get": {"summary": "A"}}}}, docs_url="/docs")
    application.routes = pages
    document = schemas.document(application)
    assert list(document["paths"]) == ["/a", "/metrics"]
    assert document["paths"]["/a"] == {"get": {"summary": "A"}}


def test_of_an_application_as_an_endpoint_it_is_known_that_it_is_there_and_of_other_hosts_nothing():
    graph = SimpleNamespace(path="/graphql", methods=None, endpoint=object())
    document = schemas.document(SimpleNamespace(routes=[graph, SimpleNamespace(host="api.example")]))
    assert operations(document) == {"GET /graphql": {}}


def test_websockets_of_routers_that_are_kept_whole_and_behind_middleware_are_known():
    room = SimpleNamespace(path="/rooms/{room}", endpoint=view)
    router = SimpleNamespace(effective_candidates=lambda: [SimpleNamespace(starlette_route=room)])
    application = called(routes=[router])
    assert schemas.websockets(application) == ["/rooms/{room}"]
    assert schemas.websockets(called(app=application)) == ["/rooms/{room}"]
    mounted = SimpleNamespace(path="/sub", app=called(app=application))
    assert schemas.websockets(SimpleNamespace(routes=[mounted])) == ["/sub/rooms/{room}"]
    around = called()
    around.app = around
    assert schemas.websockets(around) == []


def test_an_application_that_is_called_by_others_is_asked_in_their_place():
    class Flask:
        url_map = SimpleNamespace(iter_rules=lambda: [SimpleNamespace(rule="/", endpoint="all", methods={"GET"})])
        view_functions: ClassVar = {}

        def wsgi_app(self, environ, start_response): ...

        __call__ = wsgi_app

    assert operations(schemas.document(called(app=called(wsgi_app=Flask().wsgi_app)))) == {"GET /": {}}


def test_one_that_calls_itself_is_asked_so_often_and_no_more():
    application = called()
    application.app = application
    assert schemas.document(application) is None


def test_litestar_that_is_told_to_have_no_document_has_routes():
    class Litestar:
        routes: ClassVar = [SimpleNamespace(path="/items/{id:int}", methods={"GET"})]

        @property
        def openapi_schema(self):
            raise ValueError

    assert operations(schemas.document(Litestar())) == {"GET /items/{id}": {"id": "integer"}}


def test_bottle_has_rules_of_its_own_kind():
    rules = ["/items/<id:int>/<name>", "/page<:re:(/.*)?>", "/old/:name", "/files/:path#.*#"]
    routes = [SimpleNamespace(rule=rule, method="GET", callback=view) for rule in rules]
    assert operations(schemas.document(SimpleNamespace(routes=routes))) == {
        "GET /items/{id}/{name}": {"id": "integer", "name": "string"},
        "GET /page{any}": {"any": "string"},
        "GET /old/{name}": {"name": "string"},
        "GET /files/{path}": {"path": "string"},
    }


def test_pyramid_has_views_of_routes():
    def entry(**introspectable):
        return {"introspectable": introspectable}

    categories = {
        "routes": [
            entry(name="item", pattern=r"/items/{id:\d+}"),
            entry(name="file", pattern="files/{name}*rest"),
        ],
        "views": [
            entry(route_name="item", request_methods=("GET", "HEAD"), callable=view),
            entry(route_name="item", request_methods="PUT", callable=view),
            entry(route_name="file", request_methods=None, callable=view),
            entry(route_name=None, request_methods=None, callable=view),
        ],
    }
    introspector = SimpleNamespace(get_category=categories.get)
    pyramid = SimpleNamespace(registry=SimpleNamespace(introspector=introspector))
    assert operations(schemas.document(pyramid)) == {
        "GET /items/{id}": {"id": "integer"},
        "PUT /items/{id}": {"id": "integer"},
        "GET /files/{name}{rest}": {"name": "string", "rest": "string"},
    }


def test_websockets_are_told_by_what_they_have_and_lack():
    inner = SimpleNamespace(path="/{room:int}", endpoint=view)
    routes = [
        SimpleNamespace(path="/", methods={"GET"}, endpoint=view),
        SimpleNamespace(path="/live", endpoint=view),
        SimpleNamespace(path="/rooms", routes=[inner]),
    ]
    assert schemas.websockets(SimpleNamespace(routes=routes)) == ["/live", "/rooms/{room}"]
    rules = [SimpleNamespace(rule="/<name>/ws", websocket=True), SimpleNamespace(rule="/")]
    assert schemas.websockets(SimpleNamespace(url_map=SimpleNamespace(iter_rules=lambda: rules))) == ["/{name}/ws"]
    assert schemas.websockets(SimpleNamespace()) == []
