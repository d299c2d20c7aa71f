"""What is new after some work, and what holds it: on objects of the tests' own, in this process."""

import threading
from collections import deque

import pytest

from find_mem_leaks.measured import holders

kept_by_module = []
TIMES = 60


class Item:
    pass


class Registry:
    def __init__(self):
        self.mine = deque()


Registry.entries = {}


class Node:
    last = None

    def __init__(self, previous):
        self.previous = previous


def surveyed(work):
    """The first entry about what ``work`` keeps, after it is called so many times."""
    for _ in range(3):
        work(-1)
    return holders.survey(lambda: [work(number) for number in range(TIMES)] and None)


def test_a_list_of_a_module_is_named():
    found = surveyed(lambda number: kept_by_module.append(Item()))
    assert found[0]["type"] == "Item"
    assert found[0]["count"] == TIMES
    assert found[0]["holder"] == f"list `kept_by_module` of module {__name__}"


def test_it_is_told_where_what_is_new_was_made():
    found = surveyed(lambda number: kept_by_module.append(bytearray(9)))
    assert any(place[0].endswith("test_holders.py") for trace in found[0]["places"] for place in trace)


def test_a_dict_of_a_class_is_named():
    found = surveyed(lambda number: Registry.entries.setdefault(number, Item()))
    assert found[0]["holder"] == "dict `Registry.entries`"


def test_the_way_leads_over_the_object_that_has_the_container():
    holder = surveyed.holder = Registry()
    found = surveyed(lambda number: holder.mine.append(Item()))
    assert found[0]["holder"].startswith("deque `Registry.mine` of ")


def test_a_chain_is_followed_to_its_end():
    def link(number):
        Node.last = Node(Node.last)

    found = surveyed(link)
    entry = next(entry for entry in found if entry["type"] == "Node")
    assert entry["holder"].endswith("`Node.last`")
    Node.last = None


def test_references_that_keep_nothing_alive_hold_nothing():
    import weakref

    items, watched = [Item() for _ in range(TIMES)], weakref.WeakSet()
    found = holders.survey(lambda: [watched.add(item) for item in items] and None)
    assert not any("WeakSet" in (entry["holder"] or "") for entry in found)


def test_a_thread_holds_what_is_its_own():
    thread = threading.Thread(target=threading.Event().wait, daemon=True)
    thread.mine = []
    found = surveyed(lambda number: thread.mine.append(Item()))
    assert found[0]["holder"].startswith("list `Thread.mine`")


@pytest.mark.parametrize("work", [lambda number: None, lambda number: Item()])
def test_nothing_is_found_where_nothing_is_kept(work):
    assert [entry for entry in surveyed(work) if entry["type"] in {"Item", "Node"}] == []
