"""An application as its server knows it: loading it by ``module:attribute``, and telling ASGI from WSGI."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, List, Tuple

from . import failing

if TYPE_CHECKING:
    from . import replies, requests

ASGI = "asgi"
WSGI = "wsgi"
# What an application is called with, as all servers call it.
PARAMETERS = {ASGI: ("scope", "receive", "send"), WSGI: ("environ", "start_response")}
# Servers of each kind, modules and packages of the same names, the one that is taken first first; the last one has
# workers, too.
SERVERS = {ASGI: ("uvicorn",), WSGI: ("waitress", "gunicorn")}
# The module without which uvicorn has no WebSockets.
OF_WEBSOCKETS = "websockets"
NOTHING: replies.OutlineApplication = {
    "kind": "",
    "missing": [],
    "schema": None,
    "websockets": [],
    "unserved": [],
    "problem": "",
}
# Names that functions have which are applications themselves.
FUNCTIONS = ("app", "application")
ROUTER = "Router"
_OF_FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, functools.partial)


class NotAnApplicationError(Exception):
    """There is no application where one was looked for; the message is one line that says what there is."""


def load(where: requests.Where) -> Any:
    """The application: folder, module, attribute (may have dots), is_factory.

    NotAnApplicationError if there is none; raises whatever a factory raises.
    """
    loaded = _found(_module(where), where)
    if where["is_factory"]:
        if not callable(loaded):
            raise NotAnApplicationError(
                "%s is %s, not a function that makes an application" % (_name(where), a(loaded))
            )
        loaded = loaded()
    if not kind(loaded):
        called = "%s() returned" % _name(where) if where["is_factory"] else "%s is" % _name(where)
        raise NotAnApplicationError("%s %s, not an ASGI or WSGI application%s" % (called, a(loaded), _advice(loaded)))
    return loaded


def _module(where: requests.Where) -> ModuleType:
    """The module, imported; NotAnApplicationError with the reason where that fails."""
    name, folder = where["module"], where["folder"]
    if folder not in sys.path[:1]:
        sys.path.insert(0, folder)
    if where.get("server"):
        sys.path.append(where["server"])  # last: of what an environment has itself that counts
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise NotAnApplicationError(
                "there is no module %s in %s: give the folder it is in by --app-dir" % (error.name, folder)
            ) from None
        advice = "give --with %s, or %s -m pip install %s" % (error.name, sys.executable, error.name)
        raise NotAnApplicationError("%s needs %s, which is not installed: %s" % (name, error.name, advice)) from error
    except (Exception, SystemExit) as error:
        words = ("%s: %s" % (type(error).__name__, error)).split()
        place = failing.place(error)
        raised = "%s cannot be imported%s: %s" % (name, " (%s)" % place if place else "", " ".join(words))
        raise NotAnApplicationError(raised) from error


def _found(module: ModuleType, where: requests.Where) -> Any:
    try:
        return functools.reduce(getattr, where["attribute"].split("."), module)
    except AttributeError:
        others = named(module)
        known = ", but %s" % " and ".join(others) if others else ""
        attribute = where["attribute"]
        raise NotAnApplicationError("%s has no attribute %s%s" % (where["module"], attribute, known)) from None


def _name(where: requests.Where) -> str:
    return "%s:%s" % (where["module"], where["attribute"])


def _advice(value: object) -> str:
    return ": if it makes one, give --factory" if _is_function(value) else ""


def a(value: Any) -> str:
    """Return what a value is, for a person to read."""
    if issubclass(type(value), type):
        return "the class %s" % value.__name__
    return "a function" if inspect.isfunction(value) else "of type %s" % type(value).__name__


def kind(value: object) -> str:
    """Return ``asgi``, ``wsgi`` or, for a value that is not an application, an empty string."""
    if issubclass(type(value), type) or not callable(value):
        return ""
    call = value if _is_function(value) else getattr(type(value), "__call__", None)  # noqa: B004 - its signature
    first = () if _is_function(value) else (value,)
    takes = [each for each in (ASGI, WSGI) if _takes(call, (*first, *PARAMETERS[each]))]
    if len(takes) == 2:
        return ASGI if inspect.iscoroutinefunction(call) else WSGI
    return takes[0] if takes else ""


def _is_function(value: object) -> bool:
    """Return whether its type is that of a function: a proxy of what is not there answers no other question."""
    return issubclass(type(value), _OF_FUNCTIONS)


def _takes(call: Any, arguments: Tuple[object, ...]) -> bool:
    """Return whether it may be called so; a class of C, and a proxy of what is not there, say nothing."""
    try:
        inspect.signature(call).bind(*arguments)
    except Exception:
        return False
    return True


def named(module: ModuleType) -> List[str]:
    """Names of the applications of a module. A router is one where there are no others: else it is a part of them."""
    by_identity = {id(value): name for name, value in reversed(list(vars(module).items())) if _is_one(name, value)}
    names = sorted(by_identity.values(), key=list(vars(module)).index)
    whole = [name for name in names if not _is_router(getattr(module, name))]
    return whole or names


def _is_one(name: str, value: object) -> bool:
    """Return whether a name of a module stands for an application, by what it is called with."""
    if name.startswith("__") or not kind(value):
        return False
    if _is_function(value):
        return name in FUNCTIONS
    names = tuple(inspect.signature(type(value).__call__).parameters)[1:]
    return names in PARAMETERS.values()


def _is_router(value: object) -> bool:
    return any(each.__name__ == ROUTER for each in type(value).__mro__) and not hasattr(value, "router")


def outline(where: requests.Where) -> replies.OutlineApplication:
    """Return what an application is: kind, missing (the server to install, if there is none), schema (an OpenAPI
    document, or None), websockets (their paths), unserved (modules that these need and that are not here), problem (why
    it cannot be served, one line, empty if it can)."""
    from . import descriptions, schemas

    try:
        application = load(where)
        of_kind = kind(application)
        schema, websockets = schemas.document(application), schemas.websockets(application)
    except NotAnApplicationError as error:
        return {**NOTHING, "problem": str(error)}
    except (Exception, SystemExit) as error:
        raised = " ".join(("%s: %s" % (type(error).__name__, error)).split())
        place = failing.place(error)
        raised = "%s raised %s%s" % (_name(where), raised, " (%s)" % place if place else "")
        return {**NOTHING, "problem": raised}
    servers = SERVERS[of_kind][-1:] if where.get("workers", 1) > 1 else SERVERS[of_kind]
    lacking = list(servers[:1]) if len(descriptions.missing(servers)) == len(servers) else []
    unserved = descriptions.missing([OF_WEBSOCKETS])
    return {
        "kind": of_kind,
        "missing": lacking,
        "schema": schema,
        "websockets": websockets,
        "unserved": unserved,
        "problem": "",
    }
