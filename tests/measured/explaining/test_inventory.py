"""What is seen to have grown: on objects of the tests' own, in this process."""

import decimal
import gc
import io
import sys
import threading
import weakref
from collections import OrderedDict, defaultdict, deque
from functools import partial

import pytest

from find_mem_leaks.measured.explaining import inventory

things = {}


class Item:
    def __len__(self):
        raise AssertionError("the workload's own code was asked")


class Entries(list):
    def __len__(self):
        raise AssertionError("the workload's own code was asked")


@pytest.fixture(autouse=True)
def no_things():
    yield
    things.clear()


def grown(change, *, sized=True):
    gc.collect()
    before = inventory.Inventory(sized)
    change()
    gc.collect()
    return before


@pytest.mark.parametrize(
    ("empty", "add"),
    [
        (list, lambda found: list.append(found, Item())),
        (Entries, lambda found: list.append(found, Item())),
        (deque, lambda found: found.append(Item())),
        (set, lambda found: found.add(Item())),
        (OrderedDict, lambda found: found.setdefault(len(found), Item())),
        (lambda: defaultdict(Item), lambda found: found[len(found)]),
        (dict, lambda found: found.setdefault(str(len(found)), True)),
    ],
)
def test_a_container_has_grown_by_its_entries_whatever_they_are(empty, add):
    things["kept"] = container = empty()
    before = grown(lambda: [add(container) for _ in range(500)] and None)
    found = before.grown(lambda _: False)[0]
    assert found.container is container
    assert found.more == 500


def test_the_newest_entries_are_the_sample():
    things["kept"] = container = [Item()]
    found = grown(lambda: container.extend(Item() for _ in range(500))).grown(lambda _: False)[0]
    assert {id(item) for item in found.sample} == {id(item) for item in container[-inventory.SAMPLE :]}


@pytest.mark.parametrize("large", [io.BytesIO, bytearray])
def test_one_object_has_grown_by_its_bytes(large):
    things["kept"] = buffer = large(bytes(5_000))
    extend = buffer.extend if large is bytearray else lambda more: buffer.seek(0, 2) and buffer.write(more)
    found = [item for item in grown(lambda: extend(bytes(50_000))).grown(lambda _: False) if item.bytes]
    assert found[0].sample[0] is buffer
    assert found[0].bytes >= 50_000


@pytest.mark.parametrize("larger", [lambda old: old + old, lambda old: tuple([None] * 2 * len(old))])
def test_one_that_is_replaced_by_a_larger_one_is_found(larger):
    things["kept"] = (None,) * 1_000
    before = grown(lambda: things.update(kept=larger(things["kept"])))
    assert [item.bytes for item in before.replaced() if item.sample[0] is things["kept"]] == [8_000]


def test_one_that_no_collector_tracks_and_that_says_its_size_is_found_too():
    things["kept"] = decimal.Decimal("1" * 5_000)
    before = grown(lambda: things.update(kept=decimal.Decimal("1" * 20_000)))
    assert [item.bytes > 5_000 for item in before.replaced() if item.sample[0] is things["kept"]] == [True]


class Odd(type):
    __hash__ = None

    def __eq__(cls, other):
        return NotImplemented


class OfOdd(metaclass=Odd):
    pass


def test_types_that_are_compared_and_hashed_by_code_of_the_workload_are_counted():
    things["kept"] = []
    before = grown(lambda: things["kept"].extend(OfOdd() for _ in range(100)))
    found = before.grown(lambda _: False)
    assert found[0].more == 100
    assert before.net(found)
    assert before.replaced() is not None


class Thing:
    def handle(self):
        pass


def test_references_to_what_was_there_before_are_themselves_what_is_kept():
    thing = Thing()
    things["kept"] = container = []
    before = grown(lambda: container.extend(weakref.WeakMethod(thing.handle) for _ in range(100)))
    assert before.grown(lambda _: False)[0].container is container
    before = grown(lambda: container.extend(weakref.ref(Thing()) for _ in range(100)))
    assert before.grown(lambda _: False)[0].container is container


def test_keys_of_a_dict_are_found_though_the_collector_does_not_ask_for_them():
    things["kept"] = {"".join(["k", "ey"]): 1}
    [key] = things["kept"]
    assert any(item is key for item in inventory.everything())


def test_sizes_are_not_looked_at_unless_it_is_asked_for():
    things["kept"] = buffer = bytearray(5_000)
    before = grown(lambda: buffer.extend(bytes(50_000)), sized=False)
    assert [item for item in before.grown(lambda _: False) if item.bytes] == []


def test_what_was_there_before_is_not_new():
    things["kept"] = [Item() for _ in range(100)]
    before = grown(lambda: None)
    assert [item for item in before.grown(lambda _: False) if type(item.sample[0]) is Item] == []


def test_containers_that_other_threads_change_are_looked_at_none_the_less(request):
    things["kept"], is_over = deque(range(100)), threading.Event()

    def change():
        while not is_over.is_set():
            things["kept"].extend(range(100))
            things["kept"].clear()

    thread = threading.Thread(target=change, daemon=True)
    request.addfinalizer(thread.join)
    request.addfinalizer(is_over.set)
    request.addfinalizer(partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)
    thread.start()
    for _ in range(2_000):
        assert len(inventory.newest(things["kept"], 50)) <= inventory.SAMPLE


def test_what_is_changed_whenever_it_is_read_has_no_entries():
    def read():
        raise RuntimeError("dictionary changed size during iteration")

    assert inventory.undisturbed(read, []) == []


def test_a_container_that_was_replaced_is_gone_with_what_is_in_it():
    """As asyncio replaces its list of timers, with those in it that were cancelled."""
    things.update(replaced=[], lasting=[])

    def change():
        things["replaced"] += [Item() for _ in range(9)]
        things["lasting"] += [[], [], []]
        things["replaced"] = []

    found = grown(change).grown(lambda _: False)
    assert any(each.container is things["lasting"] for each in found)
    assert not any(type(item) is Item for each in found for item in each.sample)
