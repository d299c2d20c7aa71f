"""What is an application, and what is said where there is none."""

import functools
import sys
from types import ModuleType, SimpleNamespace

import pytest

from find_mem_leaks.measured import applications, descriptions
from find_mem_leaks.measured.applications import NotAnApplicationError


class Asgi:
    async def __call__(self, scope, receive, send):
        pass


class Wsgi:
    def __call__(self, environ, start_response):
        pass


class Router(Asgi):
    pass


class Wrapped:
    async def __call__(self, *arguments):
        pass


async def asgi(scope, receive, send):
    pass


def wsgi(environ, start_response):
    pass


def make():
    return Asgi()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that is written and looked for in a folder of its own."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    names = []

    def write(text, name="shop"):
        (tmp_path / f"{name}.py").write_text(text)
        names.append(name)
        return {"module": name, "attribute": "app", "folder": str(tmp_path), "is_factory": False}

    yield write
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Asgi(), "asgi"),
        (asgi, "asgi"),
        (functools.partial(asgi), "asgi"),
        (Wrapped(), "asgi"),
        (Wsgi(), "wsgi"),
        (wsgi, "wsgi"),
        (Wsgi().__call__, "wsgi"),
        (Asgi, ""),
        (make, ""),
        ("text", ""),
    ],
)
def test_an_application_is_known_by_what_it_takes(value, kind):
    assert applications.kind(value) == kind


def test_a_module_s_applications_are_objects_and_functions_of_that_name():
    module = ModuleType("shop")
    shared = Asgi()
    vars(module).update(app=shared, same=shared, flask=Wsgi(), Asgi=Asgi, helper=wsgi, router=Router(), make=make)
    assert applications.named(module) == ["app", "flask"]
    module.application = wsgi
    assert applications.named(module) == ["app", "flask", "application"]


def test_a_router_alone_is_an_application():
    module = ModuleType("shop")
    module.router = Router()
    assert applications.named(module) == ["router"]


def test_what_is_a_proxy_of_nothing_is_no_application():
    class Proxy:
        @property
        def __class__(self):
            raise RuntimeError("working outside of a request")

        __call__ = SimpleNamespace()

    module = ModuleType("shop")
    module.request = Proxy()
    assert applications.named(module) == []


def test_an_application_is_an_attribute_of_an_attribute_or_what_a_function_makes(module):
    where = module(
        "class Shop:\n    async def __call__(self, scope, receive, send): ...\nclass Site:\n    app = Shop()\n"
    )
    assert type(applications.load({**where, "attribute": "Site.app"})).__name__ == "Shop"
    assert type(applications.load({**where, "attribute": "Shop", "is_factory": True})).__name__ == "Shop"


@pytest.mark.parametrize(
    ("text", "change", "problem"),
    [
        ("", {"module": "missing"}, r"there is no module missing in .*: give the folder it is in by --app-dir"),
        ("import not_there_at_all", {}, r"shop needs not_there_at_all, which is not installed"),
        ("app = 1\nraise KeyError('X')", {}, r"shop cannot be imported \(shop.py:2\): KeyError: 'X'"),
        ("import sys; sys.exit(3)", {}, r"shop cannot be imported \(shop.py:1\): SystemExit: 3"),
        ("def application(environ, start_response): ...", {}, r"shop has no attribute app, but application"),
        ("app = 'text'", {}, r"shop:app is of type str, not an ASGI or WSGI application$"),
        ("def app(): ...", {}, r"shop:app is a function, not an .*: if it makes one, give --factory"),
        ("def app(): ...", {"is_factory": True}, r"shop:app\(\) returned of type NoneType, not"),
        ("app = 1", {"is_factory": True}, r"shop:app is of type int, not a function that makes an application"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(module, text, change, problem):
    where = {**module(text), **change}
    with pytest.raises(NotAnApplicationError, match=problem):
        applications.load(where)
    told = applications.outline(where)
    assert told["problem"]
    assert "\n" not in told["problem"]


def test_what_a_factory_raises_is_the_problem(module):
    where = module("def app():\n    raise ValueError('no\\nsettings')")
    told = applications.outline({**where, "is_factory": True})
    assert told["problem"] == "shop:app raised ValueError: no settings (shop.py:2)"


def test_the_outline_of_an_application_tells_its_kind_and_its_schema(module):
    where = module(
        "class Shop:\n"
        "    async def __call__(self, scope, receive, send): ...\n"
        "    def openapi(self): return {'paths': {}}\n"
        "app = Shop()\n"
    )
    told = applications.outline(where)
    assert (told["kind"], told["schema"], told["problem"]) == ("asgi", {"paths": {}}, "")
    assert set(told["missing"]) <= {"uvicorn"}


def test_several_workers_need_a_server_that_has_them(module, monkeypatch):
    monkeypatch.setattr(descriptions, "missing", lambda modules: [name for name in modules if name == "gunicorn"])
    where = module("def app(environ, start_response): ...\n")
    assert applications.outline(where)["missing"] == []
    assert applications.outline({**where, "workers": 2})["missing"] == ["gunicorn"]


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [(["waitress", "gunicorn"], ["waitress"]), (["waitress"], []), (["gunicorn"], []), ([], [])],
)
def test_one_of_the_servers_is_enough(module, monkeypatch, lacking, missing):
    monkeypatch.setattr(descriptions, "missing", lambda modules: [name for name in modules if name in lacking])
    where = module("def app(environ, start_response): ...\n")
    assert applications.outline(where)["missing"] == missing
