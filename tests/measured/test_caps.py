import functools
import sqlite3
from collections import OrderedDict, deque

from find_mem_leaks.measured import caps


@functools.lru_cache(maxsize=700)
def remembered(key):
    return [key]


class LRUCache(dict):
    capacity = 300


def test_containers_with_a_bound_are_found_with_their_sizes():
    queue, cache = deque([1, 2], maxlen=500), LRUCache(a=1)
    small, unbounded = deque(maxlen=5), deque()
    remembered(1)
    found = {entry["id"]: (entry["size"], entry["cap"]) for entry in caps.find()}
    assert found[id(queue)] == (2, 500)
    assert found[id(cache)] == (1, 300)
    assert found[id(remembered)] == (1, 700)
    assert not {id(small), id(unbounded)} & found.keys()
    names = {entry["id"]: entry["name"] for entry in caps.find()}
    assert names[id(remembered)].endswith("test_caps.remembered")


class SmallCache(OrderedDict):
    """As cachetools and home-made ones are."""

    def __init__(self):
        super().__init__()
        self.maxsize = 400


def test_what_calls_itself_a_cache_and_states_its_bound_is_found():
    kept = SmallCache()
    kept["a"] = 1
    [found] = [entry for entry in caps.find() if entry["id"] == id(kept)]
    assert (found["size"], found["cap"]) == (1, 400)
    assert found["name"].endswith("test_caps.SmallCache")


def test_a_cache_that_wraps_no_function_is_named_by_what_it_wraps():
    connection = sqlite3.connect(":memory:", cached_statements=512)
    connection.execute("SELECT 1")
    assert any(entry["name"].startswith("lru_cache of ") and entry["cap"] == 512 for entry in caps.find())
    connection.close()


def test_what_cannot_be_looked_at_is_passed_over():
    class LRUCache:
        capacity = 300

    odd = LRUCache()
    assert not any(entry["id"] == id(odd) for entry in caps.find())
