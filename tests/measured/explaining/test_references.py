"""What a single reference is called: on objects of the tests' own, in this process."""

import functools
import sys
import types

from find_mem_leaks.measured.explaining import references
from find_mem_leaks.measured.user_file import Operations


class Proxy:
    """As lazy proxies do, it pretends to be of another type and forwards what it is asked."""

    @property
    def __class__(self):
        raise RuntimeError("working outside of a context")

    def __getattribute__(self, name):
        raise RuntimeError("working outside of a context")


def step(found, referrer, owners=()):
    return references.step(references.Link(found, found, referrer, references.modules(), owners))


def test_a_global_of_a_module_ends_the_way():
    found = step(Proxy, sys.modules[__name__].__dict__)
    assert found[:2] == (f"`Proxy` of module {__name__}", references.MODULE)


def test_an_attribute_of_a_class_ends_the_way():
    function = Proxy.__dict__["__getattribute__"]
    assert step(function, Proxy)[:2] == ("`Proxy.__getattribute__`", references.CLASS)


def test_a_dict_without_an_owner_is_just_a_dict():
    item = []
    assert step(item, {"a": item})[:2] == ("a dict", references.ON)


def test_a_dict_that_is_the_attributes_of_an_object_goes_by_that_object():
    class Owner:
        pass

    owner, item = Owner(), []
    owner.item = item
    assert step(item, owner.__dict__, [owner])[::2] == ("`Owner.item`", owner)


def test_an_object_that_raises_whatever_it_is_asked_is_called_by_its_type():
    assert step([], Proxy()).name == "a Proxy"


def test_what_carries_out_the_operations_is_the_workload():
    workload = object.__new__(Operations)
    workload.file = file = []
    assert step(file, workload)[:2] == ("the workload", references.THING)


def test_a_tuple_goes_without_saying():
    item = []
    assert step(item, (item,)).name == ""


def test_an_exception_holds_its_traceback_by_name():
    try:
        raise ValueError
    except ValueError as error:
        kept = error
    assert step(kept.__traceback__, kept).name == "`ValueError.__traceback__`"
    assert step(kept.__traceback__.tb_frame, kept.__traceback__).name == "`traceback.tb_frame`"


class Callable(Proxy):
    def __call__(self):
        pass


class Job:
    def get_coro(self, loop):
        raise RuntimeError("no task of asyncio's")


class Lazy(types.ModuleType):
    """As `importlib.util.LazyLoader` does, it is imported when it is first asked for anything."""

    def __getattribute__(self, name):
        raise ImportError("libpq is not installed")


def test_no_code_of_the_workload_is_called_to_name_what_refers():
    argument = []
    assert step(argument, functools.partial(Callable(), argument)).name == "a partial of Callable()"
    assert step([], Job()).name == "a Job"


def test_a_module_that_is_imported_when_it_is_asked_is_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "libpq", Lazy("libpq"))
    assert "libpq" in references.modules().values()


def test_a_class_that_was_made_by_a_call_may_have_no_module():
    made = types.FunctionType(compile("type('Made', (), {})", "<made>", "eval"), {"type": type})()
    assert references.module_of(made) == ""
    assert step([], made()).name == "a Made"
