"""What is new after some work, where it was made, and what holds it: on objects of the tests' own, in this process."""

import asyncio
import atexit
import ctypes
import functools
import gc
import sqlite3
import tracemalloc
import weakref
from collections import OrderedDict, defaultdict

import pytest

from find_mem_leaks.measured.explaining import inventory, survey
from find_mem_leaks.measured.settling import timers

kept_by_module = []
text_of_module = [""]
buffer_of_module = bytearray(1000)
LIMITS = survey.Limits(first=60, least=0, most=2_000, within=30.0)


class Item:
    pass


class Slotted:
    __slots__ = ("number",)


class Registry:
    pass


Registry.entries = {}
Registry.lists = defaultdict(list)


class Node:
    last = None

    def __init__(self, previous):
        self.previous = previous


def looked(operation, rate=1.0, bytes_=0.0, limits=LIMITS):
    """What a look says while ``operation`` is called with a number that grows; its lines are where it leaks."""
    done = 0

    def work(operations):
        nonlocal done
        for _ in range(operations):
            operation(done)
            done += 1

    code = operation.__code__
    own = {(code.co_filename, line) for _, _, line in code.co_lines()}
    return survey.look(work, limits, survey.Expected(rate, bytes_, own))


def first(operation, **changes):
    return looked(operation, **changes)["held"][0]


def test_a_list_of_a_module_is_named_and_where_its_entries_are_made():
    def operation(number):
        kept_by_module.append(Slotted())

    entry = first(operation)
    assert entry["type"] == "Slotted"
    assert entry["count"] == entry["operations"]
    assert entry["holder"] == f"list `kept_by_module` of module {__name__}"
    assert any(place[0] == __file__ for trace in entry["places"] for place in trace)


@pytest.mark.parametrize(("every", "expected"), [(1, 25), (700, 1_600), (3_000, 2_000)])
def test_of_what_comes_a_thousand_at_once_and_rarely_it_is_waited_for_the_next_time(every, expected):
    kept, done = [], 0

    def work(operations):
        nonlocal done
        for number in range(done, done + operations):
            if number % every == every - 1:
                kept.extend(Slotted() for _ in range(1_000))
        done += operations

    found = inventory.Grown([], 2_000, kept, 0)
    operations, [(_, sample)] = survey._until_again([(found, 0)], work, LIMITS, 25, 2_000)
    assert operations == done == expected
    assert bool(sample) == (every <= operations)


def test_what_the_search_takes_for_itself_has_not_grown():
    assert looked(lambda number: None, rate=0.0)["held"] == []
    assert survey._until_grown(lambda operations: None, LIMITS, survey.Expected(0.0, 0.0, set()))[2] == []


def test_it_is_told_by_which_line_entries_come_into_the_container():
    def operation(number):
        kept_by_module.append(Item())

    [record] = first(operation)["put"]
    assert record["stack"][0][0] == "operation"


def test_a_dict_of_a_class_and_one_of_a_type_of_its_own_are_named():
    assert first(lambda number: Registry.entries.setdefault(number, Item()))["holder"] == "dict `Registry.entries`"
    assert first(lambda number: Registry.lists[number])["holder"] == "defaultdict `Registry.lists`"


def test_of_keys_with_one_value_the_keys_are_what_grows():
    seen = Registry.entries = {}

    def operation(number):
        seen[f"user {number}"] = True

    assert first(operation)["type"] == "str"


def test_a_chain_is_followed_to_its_end():
    def operation(number):
        Node.last = Node(Node.last)

    assert first(operation)["holder"] == "`Node.last`"
    Node.last = None


def test_objects_whose_making_tracemalloc_does_not_know_are_found_none_the_less():
    def operation(number):
        kept_by_module.append(Item())

    found = looked(operation)
    assert found["held"][0]["type"] == "Item"
    assert found["held"][0]["holder"] == f"list `kept_by_module` of module {__name__}"
    assert found["otherwise"] is None


def test_one_object_that_grows_is_named():
    entry = first(lambda number: buffer_of_module.extend(bytes(100)), bytes_=100.0)
    assert entry["bytes"] == 100 * entry["operations"]
    assert entry["holder"] == f"bytearray `buffer_of_module` of module {__name__}"


def test_an_object_that_is_replaced_by_a_larger_one_is_named():
    def operation(number):
        text_of_module[0] += "x" * 100

    text_of_module[0] = "x" * 10_000
    entry = first(operation, bytes_=100.0)
    assert entry["type"] == "str"
    assert entry["holder"] == f"a str in a list of `text_of_module` of module {__name__}"


def test_what_is_kept_in_bursts_is_looked_for_until_it_has_been_seen_often():
    def operation(number):
        if number % 300 == 0:
            kept_by_module.append([Item() for _ in range(300)])

    assert f"list `kept_by_module` of module {__name__}" in {entry["holder"] for entry in looked(operation)["held"]}


def test_references_that_keep_nothing_alive_hold_nothing_and_dead_ones_are_kept():
    watched, items = weakref.WeakSet(), []

    def living(number):
        items.append(Item())
        watched.add(items[-1])

    assert not any("WeakSet" in (entry["holder"] or "") for entry in looked(living)["held"])
    dead = first(lambda number: kept_by_module.append(weakref.ref(Item())))
    assert dead["holder"] == f"list `kept_by_module` of module {__name__}"


def test_what_only_c_code_refers_to_is_said_to_be_so(request):
    def function(argument):
        pass

    def operation(number):
        atexit.register(function, b"%060d" % number)

    request.addfinalizer(lambda: atexit.unregister(function))
    assert looked(operation)["otherwise"] == survey.IN_C


def test_a_cycle_that_only_the_collector_could_free_is_held_by_itself(request):
    def operation(number):
        node = Node(None)
        node.previous = node

    request.addfinalizer(gc.enable)
    gc.disable()
    [entry] = [entry for entry in looked(operation)["held"] if entry["type"] == "Node"]
    assert entry["holder"] == survey.CYCLE


@pytest.mark.parametrize("operation", [lambda number: None, lambda number: Item()])
def test_nothing_is_found_where_nothing_is_kept(operation):
    found = looked(operation)
    assert [entry for entry in found["held"] if entry["type"] in {"Item", "Node"}] == []
    assert found["otherwise"] is None


def test_what_there_is_is_not_set_aside_for_good():
    looked(lambda number: kept_by_module.append(Item()))
    assert gc.get_freeze_count() == 0


def test_what_lost_a_reference_is_not_held_by_a_cache_that_holds_it_for_a_while():
    recent = Registry.entries = OrderedDict((number, Item()) for number in range(-100, 0))
    lose = ctypes.pythonapi.Py_IncRef
    lose.argtypes = [ctypes.py_object]

    def operation(number):
        recent[number] = item = Node(None)
        lose(item)
        recent.popitem(last=False)

    assert first(operation)["holder"] == survey.IN_C


def test_what_a_full_cache_replaces_is_not_told_for_what_grows():
    cache = functools.lru_cache(100)(lambda number: Node(None))
    for number in range(-100, 0):
        cache(number)

    def operation(number):
        cache(number)
        kept_by_module.append(Item())

    found = looked(operation)["held"]
    assert [entry for entry in found if entry["type"] == "Node"] == []
    assert found[0]["holder"] == f"list `kept_by_module` of module {__name__}"


def test_of_what_is_deep_within_new_objects_it_is_told_what_keeps_those():
    def operation(number):
        node = Node(Node(Slotted()))
        node.last = [node.previous]
        kept_by_module.append(Registry())
        kept_by_module[-1].first = node

    by_type = {entry["type"]: entry["holder"] for entry in looked(operation)["held"]}
    assert by_type["list"] == f"a Registry of a list of `kept_by_module` of module {__name__}"


def test_a_list_of_references_that_sqlite_drops_itself_is_not_told():
    connection = sqlite3.connect(":memory:")

    def operation(number):
        connection.execute("select 1").fetchone()
        kept_by_module.append(Item())

    found = looked(operation, limits=LIMITS._replace(first=60, most=60))["held"]
    # What measures coverage grows too, by a line now and then.
    holders = [entry["holder"] for entry in found if entry["count"] >= entry["operations"]]
    assert holders
    assert all(holder.endswith(f"`kept_by_module` of module {__name__}") for holder in holders)


def test_a_workload_that_traces_memory_itself_goes_on_doing_so():
    tracemalloc.start(2)
    try:
        assert first(lambda number: kept_by_module.append(Item()))["type"] == "Item"
        assert tracemalloc.get_traceback_limit() == 2
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_timers_that_the_looks_themselves_set_are_not_the_workloads():
    async def look():
        loop = asyncio.get_running_loop()
        await timers.drop_cancelled()
        tracemalloc.start(survey.FRAMES)
        try:
            own = loop.call_later(3600, print)
            await timers.drop_cancelled()
            made = [item for item in gc.get_objects() if type(item) is asyncio.TimerHandle and survey._is_theirs(item)]
            own.cancel()
            return made == [own]
        finally:
            tracemalloc.stop()

    assert asyncio.run(look())
