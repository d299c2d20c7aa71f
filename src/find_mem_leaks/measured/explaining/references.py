"""What a reference is called: how the one that refers names what it refers to, and whether that says where it is.

Cannot see: what no attribute, key, variable or type tells; then it is said what the one that refers is.
"""

from __future__ import annotations

import functools
import operator
import sys
import threading
import types
from collections import deque
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .. import referents
from . import lines
from .inventory import items

WORKLOADS = ("StackWorkload", "ServedWorkload", "Operations", "Test")
ITEMS = (list, set, frozenset, deque)
# Types that a holder's description leaves out.
SILENT = (types.CellType, types.MappingProxyType, tuple, property, staticmethod, classmethod)
# Where what is suspended has its frame.
FRAMES = {types.GeneratorType: "gi_frame", types.CoroutineType: "cr_frame", types.AsyncGeneratorType: "ag_frame"}
# How well a name says where something is, the lower the better; 0: more is needed after it.
ON, MODULE, CLASS, THING, CODE = range(5)
CACHE = type(functools.lru_cache()(len))
# What has a name of its own, which no code of the workload is asked for.
CALLED = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType, *FRAMES)
_WING = __name__.rsplit(".", 2)[0]


class Step(NamedTuple):
    """A step from an object to what refers to it.

    Attributes:
        name: the reference in words; empty where a description leaves it out (``SILENT``).
        rank: how well the name says where something is, from ``MODULE`` on; ``ON`` if more is needed.
        owner: what the search goes on from.
        is_own: whether it ends in the workload's own code, and not in a library's.
    """

    name: str
    rank: int
    owner: object
    is_own: bool = False


class Link(NamedTuple):
    """A reference: to ``found`` by ``referrer``; subject: what on the way to ``found`` had a name last, or ``found``;
    modules: see there; owners: what refers to the referrer, if that is a dict."""

    found: object
    subject: object
    referrer: Any
    modules: Dict[int, str]
    owners: Sequence[Any] = ()


def modules() -> Dict[int, str]:
    """The names of the dicts that are modules."""
    return {id(_dict_of(module)): name for name, module in list(sys.modules.items())}


def step(link: Link) -> Step:
    """Return what the referrer calls the object."""
    kind = type(link.referrer)
    return next((how for kinds, how in WAYS if issubclass(kind, kinds)), _in_object)(link)


def _in_class(link: Link) -> Step:
    name = "`%s.%s`" % (link.referrer.__qualname__, _attribute(link) or "__dict__")
    return Step(name, CLASS, link.referrer, is_own_class(link.referrer))


def _in_module(link: Link) -> Step:
    return Step("module %s" % link.referrer.__name__, MODULE, link.referrer, _is_own_file(_dict_of(link.referrer)))


def _among(link: Link) -> Step:
    return Step(a(type(link.referrer)), ON, link.referrer)


def _silent(link: Link) -> Step:
    return Step("", ON, link.referrer)


def a(kind: type) -> str:
    """A type with its article."""
    return "%s %s" % ("an" if kind.__name__[:1].lower() in "aeiou" else "a", kind.__name__)


def _in_dict(link: Link) -> Step:
    found, attributes = link.found, link.referrer
    key = next((key for key, value in items(attributes) if value is found), None)
    if type(key) is str:
        module = link.modules.get(id(attributes)) or _module_of(attributes)
        if module:
            return Step("`%s` of module %s" % (key, module), MODULE, attributes, _is_own_file(attributes))
        for owner in link.owners:
            if issubclass(type(owner), type) and vars(owner).get(key) is found:
                return Step("`%s.%s`" % (owner.__qualname__, key), CLASS, owner, is_own_class(owner))
            if _has_dict(owner, attributes):
                return _in_object(link._replace(subject=found, referrer=owner))
    return Step(a(type(attributes)), ON, attributes)


def is_own_class(kind: type) -> bool:
    """Return whether a class is of the workload's own code."""
    found = sys.modules.get(module_of(kind))
    return found is not None and _is_own_file(_dict_of(found))


def module_of(kind: type) -> str:
    """Return the name of the module of a class; empty where it has none, as one that was made by a call."""
    try:
        module = type.__getattribute__(kind, "__module__")
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def _is_own_file(attributes: Any) -> bool:
    """Return whether these are the attributes of a module of the workload's own code."""
    file = attributes.get("__file__") if issubclass(type(attributes), dict) else None
    return type(file) is str and lines.is_own(file)


def _module_of(attributes: Dict[object, object]) -> Optional[str]:
    """The name of a module that is not among those imported."""
    name = attributes.get("__name__") if "__builtins__" in attributes else None
    return name if type(name) is str else None


def _has_dict(owner: object, attributes: Dict[object, object]) -> bool:
    return getattr(type(owner), "__dictoffset__", 0) != 0 and _dict_of(owner) is attributes


def _dict_of(owner: object) -> object:
    """Its attributes, by no way that the workload's code has a part in; None if it has none."""
    try:
        return object.__getattribute__(owner, "__dict__")
    except Exception:
        return None


def _in_function(link: Link) -> Step:
    """Name the variable of a closure that refers to it, or the argument whose default it is."""
    function = link.referrer
    name = "function %s()" % function.__qualname__
    for where, values in (("`%s` in the closure of", _closure(function)), ("the default `%s` of", _defaults(function))):
        variable = next((variable for variable, value in values if value is link.subject), None)
        if variable is not None:
            name = "%s %s()" % (where % variable, function.__qualname__)
    rank = ON if "<" in function.__qualname__ else CODE
    return Step(name, rank, function, lines.is_own(function.__code__.co_filename))


def _closure(function: types.FunctionType) -> List[Tuple[str, object]]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return [(variable, _contents(cell)) for variable, cell in cells]


def _defaults(function: types.FunctionType) -> List[Tuple[str, object]]:
    values, code = function.__defaults__ or (), function.__code__
    names = code.co_varnames[code.co_argcount - len(values) : code.co_argcount]
    return [*zip(names, values), *(function.__kwdefaults__ or {}).items()]


def _contents(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _in_frame(link: Link) -> Step:
    frame = link.referrer
    return Step(_local(link.found, frame, "the frame of %s()" % frame.f_code.co_name), ON, frame)


def _suspended(link: Link) -> Step:
    where = "a suspended %s()" % link.referrer.__qualname__
    frame = getattr(link.referrer, FRAMES[type(link.referrer)])
    return Step(_local(link.found, frame, where) if frame is not None else where, ON, link.referrer)


def _local(wanted: object, frame: types.FrameType, where: str) -> str:
    name = next((name for name, value in items(frame.f_locals) if value is wanted), None)
    return "`%s` of %s" % (name, where) if name else where


def running() -> Dict[int, Step]:
    """Return what the variables of running threads refer to, but for this one: such frames the collector does not
    see."""
    by_identity: Dict[int, Step] = {}
    own = threading.get_ident()
    for thread, innermost in sys._current_frames().items():
        frame: Optional[types.FrameType] = innermost if thread != own else None
        while frame is not None:
            for name, value in items(frame.f_locals):
                where = "`%s` of a thread that is in %s()" % (name, frame.f_code.co_name)
                by_identity.setdefault(id(value), Step(where, THING, value, lines.is_own(frame.f_code.co_filename)))
            frame = frame.f_back
    return by_identity


def _in_object(link: Link) -> Step:
    owner, kind = link.referrer, type(link.referrer)
    if module_of(kind).startswith(_WING) and kind.__name__ in WORKLOADS:
        return Step("the workload", THING, owner, is_own=True)
    if kind.__name__ == "_localdummy":
        return Step("the data of a thread", THING, owner)
    attribute = _attribute(link)
    if _is_loop(kind):
        return Step("`%s` of the event loop" % attribute if attribute else "the event loop", THING, owner)
    words = _words(owner, link.found)
    if words is not None or attribute is None:
        return Step(words or a(kind), ON, owner)
    is_running = issubclass(kind, threading.Thread) and owner.is_alive()
    name = "`%s.%s`%s" % (kind.__name__, attribute, " of a running thread" if is_running else "")
    return Step(name, THING if is_running else ON, owner)


def _is_loop(kind: type) -> bool:
    events = sys.modules.get("asyncio.events")
    return events is not None and issubclass(kind, events.AbstractEventLoop)


def _words(owner: Any, referent: object) -> Optional[str]:
    """Return what an owner does with a referent, such as "the cache"; None where only an attribute can be named."""
    kind = type(owner)
    if kind is CACHE and type(referent) is dict and _dict_of(owner) is not referent:
        return "the cache"
    does = next((does for kinds, does in DOING if issubclass(kind, kinds)), None)
    if does is None and _is_task(kind):
        return "%s of %s()" % (a(kind), _called(owner.get_coro()))
    return None if does is None else does[0] % _called(does[1](owner))


def _is_task(kind: type) -> bool:
    tasks = sys.modules.get("asyncio.tasks")
    return tasks is not None and issubclass(kind, tasks.Task)


def _called(function: object) -> str:
    """Return what a function is called; what is called like one but is none by its type: its attributes may be the
    workload's own code."""
    name = getattr(function, "__qualname__", None) if issubclass(type(function), CALLED) else None
    return name if type(name) is str else type(function).__name__


def entries(container: object) -> object:
    """Return what counts the entries of a container: of a function that remembers results the dict with these."""
    if type(container) is not CACHE:
        return container
    attributes = _dict_of(container)
    dicts = (part for part in referents.of(container) if type(part) is dict and part is not attributes)
    return next(dicts, container)


def _itself(function: object) -> object:
    return function


DOING: Tuple[Tuple[type, Tuple[str, Callable[[Any], object]]], ...] = (
    (types.MethodType, ("the method %s()", operator.attrgetter("__func__"))),
    (types.BuiltinMethodType, ("the method %s()", _itself)),
    (functools.partial, ("a partial of %s()", operator.attrgetter("func"))),
)


def _attribute(link: Link) -> Optional[str]:
    """The attribute of the referrer that is the object, None if none is."""
    for wanted in (link.found, link.subject):
        name = next((name for name, value in _attributes(link.referrer) if value is wanted), None)
        if name is not None:
            return name
    return None


def _attributes(owner: Any) -> Iterator[Tuple[str, object]]:
    """Yield the attributes that can be read without running code of the workload."""
    attributes = _dict_of(owner)
    if issubclass(type(attributes), (dict, types.MappingProxyType)):
        yield from items(attributes)
        yield "__dict__", attributes
    for kind in type(owner).__mro__:
        for name, member in items(vars(kind)):
            if issubclass(type(member), types.MemberDescriptorType):
                yield name, _member(member, owner)
    if issubclass(type(owner), BaseException):
        yield from (("args", owner.args), ("__traceback__", owner.__traceback__), ("__context__", owner.__context__))


def _member(member: Any, owner: object) -> object:
    try:
        return member.__get__(owner)
    except (AttributeError, TypeError, ValueError):
        return None


WAYS: Tuple[Tuple[Union[type, Tuple[type, ...]], Callable[[Link], Step]], ...] = (
    (dict, _in_dict),
    (type, _in_class),
    (types.ModuleType, _in_module),
    (types.FunctionType, _in_function),
    (SILENT, _silent),
    (types.FrameType, _in_frame),
    (tuple(FRAMES), _suspended),
    (ITEMS, _among),
)
