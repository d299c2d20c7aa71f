"""The way from an object to what holds it, in words: on objects of the tests' own, in this process."""

import asyncio
import functools
import gc
import json
import sys
import threading
import weakref
from collections import deque
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import callers
from find_mem_leaks.measured.explaining import holders

roots = {}


class Item:
    def handle(self):
        pass


class Registry:
    __slots__ = ("mine",)

    def __init__(self):
        self.mine = deque()


def told(target, is_container=False):
    return holders.way(target, holders.Heap(), is_container).told


@pytest.fixture(autouse=True)
def no_roots():
    yield
    roots.clear()


def kept(root):
    """Kept by a dict of this module under a name that is no part of the way."""
    roots["root"] = root


def ending(name="roots"):
    return f"of `{name}` of module {__name__}"


def test_an_attribute_in_a_slot_is_named():
    registry = Registry()
    kept(registry)
    assert told(registry.mine, is_container=True) == f"deque `Registry.mine` of a dict {ending()}"


def test_the_attributes_themselves_have_a_name():
    item = SimpleNamespace(name=[])
    kept(item)
    assert told(item.__dict__) == f"`SimpleNamespace.__dict__` of a dict {ending()}"


def test_a_bound_method_is_called_by_its_name():
    item = Item()
    kept([item.handle])
    found = holders.way(item, holders.Heap())
    assert found.told == f"the method Item.handle() of a list of a dict {ending()}"
    assert found.has_end


def test_a_partial_is_called_by_its_function():
    item = Item()
    kept(functools.partial(print, item))
    assert told(item) == f"a partial of print() of a dict {ending()}"


def test_what_a_cached_function_remembers_is_its_cache():
    @functools.cache
    def remembered(item):
        return item

    item = Item()
    remembered(item)
    kept(remembered)
    [cache] = [found for found in gc.get_referents(remembered) if type(found) is dict and item in found.values()]
    assert told(cache, is_container=True) == f"the cache of a dict {ending()}"


def test_a_variable_of_a_closure_is_named():
    items = []

    def append(item):
        items.append(item)

    append.__qualname__ = "append"
    kept(append)
    assert told(items, is_container=True) == "list `items` in the closure of append()"


def test_a_default_of_an_argument_is_named():
    def append(item, to=[]):  # noqa: B006 - the mistake that is to be found
        to.append(item)

    append.__qualname__ = "append"
    kept(append)
    assert told(append.__defaults__[0], is_container=True) == "the default `to` of append()"


def test_a_variable_of_what_is_suspended_is_named():
    def pages():
        page = Item()
        while True:
            yield page

    running = pages()
    page = next(running)
    kept([running])
    assert told(page).startswith("`page` of a suspended test_a_variable_of_what_is_suspended")


def test_a_task_is_called_by_its_coroutine():
    async def wait(item):
        await asyncio.get_running_loop().create_future()

    async def main():
        item = Item()
        task = asyncio.create_task(wait(item))
        await asyncio.sleep(0)
        kept(task)
        way = told(task.get_coro())
        task.cancel()
        return way

    assert asyncio.run(main()).startswith("a Task of test_a_task_is_called_by_its_coroutine.<locals>.wait()")


def test_what_waits_in_the_event_loop_is_held_by_it():
    async def main():
        loop, item = asyncio.get_running_loop(), Item()
        handle = loop.call_later(1000, print, item)
        way = told(handle)
        handle.cancel()
        return way

    assert "of the event loop" in asyncio.run(main())


def test_a_thread_holds_what_is_its_own_and_what_its_variables_refer_to(request):
    release, ready = threading.Event(), threading.Event()

    def work():
        items = [Item()]
        thread.items = items[0]
        ready.set()
        release.wait()

    thread = threading.Thread(target=work, daemon=True)
    thread.mine = []
    request.addfinalizer(thread.join)
    request.addfinalizer(release.set)
    thread.start()
    ready.wait()
    assert told(thread.mine, is_container=True) == "list `Thread.mine` of a running thread"
    [items] = [value for frame in [work_frame(thread)] for name, value in frame.f_locals.items() if name == "items"]
    assert told(items, is_container=True) == "list `items` of a thread that is in work()"


def work_frame(thread):
    frame = sys._current_frames()[thread.ident]
    while frame.f_code.co_name != "work":
        frame = frame.f_back
    return frame


def test_a_string_in_a_dict_of_strings_is_found_though_the_collector_tracks_neither():
    text = "x" * 1000
    kept({"text": text})
    assert told(text) == f"a dict of a dict {ending()}"


def test_what_nothing_refers_to_has_no_way_and_all_was_looked_at():
    item = Item()
    found = holders.way(item, holders.Heap())
    assert not found.has_end
    assert found.is_closed


def test_a_container_that_is_full_holds_nothing_and_one_that_has_grown_does():
    items = [Item() for _ in range(20)]
    kept(deque(items))
    new = set(map(id, items))
    assert not holders.way(items[3], holders.Heap(new=new, growth=lambda _: 0), count=20).has_end
    assert holders.way(items[3], holders.Heap(new=new, growth=lambda _: 20), count=20).has_end


def test_a_class_that_is_itself_new_is_no_end():
    class Local:
        payload = ["payload"]  # noqa: RUF012 - a mistake that leaks

    kept([Local])
    name = "`test_a_class_that_is_itself_new_is_no_end.<locals>.Local.payload`"
    assert told(Local.payload) == name
    found = holders.way(Local.payload, holders.Heap(new={id(Local)}))
    assert (found.told, found.is_own) == (f"{name} of a list of a dict {ending()}", True)


@pytest.mark.parametrize(
    "entry", [lambda item, state: (id(item), state), lambda item, state: (str(id(item)), (weakref.ref(item), state))]
)
def test_an_entry_that_goes_with_an_object_is_held_by_what_holds_that(entry):
    items = [Item() for _ in range(5)]
    states = dict(entry(item, Item()) for item in items)
    roots.update(states=states, items={"items": items})
    heap = holders.Heap(new=set(map(id, items)), growth=lambda found: len(found) if found is states else None)
    value = next(iter(states.values()))
    state = value[1] if type(value) is tuple else value
    assert holders.way(state, heap).told == f"an entry for an Item of a list of a dict of a dict {ending()}"
    assert holders.way(states, heap, is_container=True).told.startswith("an entry for an Item of a list of")


def test_an_entry_of_an_object_that_nothing_else_holds_is_held_by_its_dict():
    items = [Item() for _ in range(5)]
    states = {id(item): [item] for item in items}
    kept(states)
    heap = holders.Heap(new=set(map(id, items)), growth=lambda found: len(found) if found is states else None)
    found = items.pop()
    del items
    assert holders.way(found, heap).told == f"a list of a dict of a dict {ending()}"


def watched(calls_back):
    """Items and their states by number, each with a weak reference to its item, as an identity map has them."""
    items = [Item() for _ in range(5)]
    states = {}
    for number, item in enumerate(items):
        item.state = states[number] = Item()
        item.state.of = weakref.ref(item, (lambda _, number=number: states.pop(number)) if calls_back else None)
    roots.update(states=states, items={"items": items})
    heap = holders.Heap(new=set(map(id, items)), growth=lambda found: len(found) if found is states else None)
    return states, heap


def test_an_entry_that_watches_what_refers_to_it_goes_with_that():
    states, heap = watched(calls_back=True)
    held = f"a list of a dict of a dict {ending()}"
    assert holders.way(states[0], heap).told == held
    assert holders.way(states, heap, is_container=True).told == f"an entry for an Item of {held}"


def test_an_entry_with_a_weak_reference_that_removes_nothing_is_held_by_its_dict():
    states, heap = watched(calls_back=False)
    assert holders.way(states, heap, is_container=True).told == f"a dict in a dict {ending()}"


def test_of_many_that_share_a_thing_the_one_that_was_there_before_holds_it():
    shared = Item()
    sharing = [SimpleNamespace(shared=shared) for _ in range(holders.WIDTH)]
    keeper = SimpleNamespace(shared=shared)
    kept(keeper)
    heap = holders.Heap(new={id(found) for each in sharing for found in (each, vars(each))})
    assert holders.way(shared, heap).told == f"`SimpleNamespace.shared` of a dict {ending()}"


def test_own_code_comes_before_a_library_that_is_nearer(monkeypatch):
    item = Item()
    kept([[item]])
    monkeypatch.setattr(json, "kept_by_a_test", item, raising=False)
    found = holders.way(item, holders.Heap())
    assert (found.told, found.is_own) == (f"a list of a list of a dict {ending()}", True)
    roots.clear()
    found = holders.way(item, holders.Heap())
    assert (found.told, found.is_own) == ("`kept_by_a_test` of module json", False)


def test_what_a_caller_has_made_anew_holds_nothing_and_what_it_had_before_does():
    handler = type("Handler", (), {"__module__": "runner.logs"})()
    handler.records = [Item()]
    kept(handler)
    callers.begin(SimpleNamespace(__name__="runner", __file__="/runner/__init__.py"))
    try:
        ways = [
            holders.way(handler.records[0], holders.Heap(new=set(map(id, new))))
            for new in ((handler.records, handler.records[0]), handler.records)
        ]
    finally:
        callers.begin()
    assert [(way.has_end, way.is_closed) for way in ways] == [(False, False), (True, True)]
    assert "`Handler.records`" in ways[1].told


def test_of_thousands_that_refer_to_it_no_more_are_looked_at_than_are_followed(monkeypatch):
    asked = []
    monkeypatch.setattr(holders.Heap, "is_full", lambda _, container, __: asked.append(container))
    item = Item()
    kept([{"item": item} for _ in range(2_000)])
    assert told(item)
    assert len(asked) < 3 * holders.WIDTH
