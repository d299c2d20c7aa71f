"""What is made of a reply to ``attribute``, and how long a look is asked for."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from cells import cell
from find_mem_leaks import culprits
from find_mem_leaks.growth import Interval

OWN = ["operation", "/home/somebody/work.py", 12]
OTHER = ["operation", "/home/somebody/work.py", 40]
INSIDE = ["__init__", "/usr/lib/python3.11/site-packages/orm/session.py", 7]
C = ["PyList_New", "Objects/listobject.c", 150]


def record(*frames, first, both, size=100):
    return {"stack": list(frames), "counts": [first, first * size, both, both * size]}


def found(*growing, held=()):
    return {"growing": list(growing), "held": list(held)}


def places(ranked):
    return [(culprit.frame.file.rsplit("/", 1)[-1], culprit.frame.line) for culprit in ranked]


def test_what_allocates_once_an_operation_in_both_windows_comes_before_one_large_resize():
    resize = {"stack": [OTHER], "counts": [0, 0, 1, 800_000]}
    ranked = culprits.rank(found(resize, record(OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked)[0] == ("work.py", 12)
    assert ranked[0].allocations == 1.0
    assert ranked[0].bytes == 100.0


def test_what_a_cache_holds_for_a_while_is_no_culprit():
    assert culprits.rank(found(record(OWN, first=50, both=51)), 400, rate=100.0) == ()


def test_one_block_that_grows_is_a_culprit_by_its_bytes():
    growing = {"stack": [OWN], "counts": [1, 400_000, 1, 440_000]}
    [culprit] = culprits.rank(found(growing), 400, rate=100.0)
    assert culprit.frame.line == 12
    assert culprit.bytes == 100.0


def test_the_own_line_comes_first_and_then_the_librarys_that_it_calls():
    ranked = culprits.rank(found(record(INSIDE, OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked) == [("work.py", 12), ("session.py", 7)]
    assert [frame.line for frame in ranked[1].stack] == [7, 12]


def test_lines_of_the_library_are_summed_up_at_the_own_line():
    deeper = ["add", "/usr/lib/python3.11/collections/__init__.py", 3]
    growing = [record(INSIDE, OWN, first=400, both=800), record(deeper, INSIDE, OWN, first=800, both=1600)]
    ranked = culprits.rank(found(*growing), 400, rate=300.0)
    assert ranked[0].frame.line == 12
    assert ranked[0].allocations == 3.0


def test_a_frame_of_c_is_not_the_workloads_own():
    ranked = culprits.rank(found(record(C, OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked) == [("work.py", 12), ("listobject.c", 150)]


def test_the_holder_is_that_of_what_is_made_at_the_culprits_line():
    held = [
        {"type": "str", "count": 9, "places": [[["elsewhere.py", 1]]], "holder": "list `a` of module b"},
        {"type": "Item", "count": 9, "places": [[OWN[1:]]], "holder": "dict `c` of module d"},
    ]
    [culprit] = culprits.rank(found(record(OWN, first=400, both=800), held=held), 400, rate=100.0)
    assert culprit.type == "Item"
    assert culprit.holder == "dict `c` of module d"


def test_without_a_holder_nothing_is_made_up():
    [culprit] = culprits.rank(found(record(OWN, first=400, both=800)), 400, rate=100.0)
    assert culprit.type is None
    assert culprit.holder is None


def test_what_a_buffer_holds_until_it_is_emptied_comes_after_what_fits_the_growth():
    growing = [record(OWN, first=400, both=800, size=5000), record(OTHER, first=400, both=800, size=16)]
    assert places(culprits.rank(found(*growing), 400, rate=24.0)) == [("work.py", 40), ("work.py", 12)]


def test_the_line_that_puts_reused_objects_into_a_container_is_named_beside_the_one_that_allocated_them():
    entry = {"type": "float", "count": 30, "places": [], "holder": "deque `a` of module b", "operations": 30}
    held = {**entry, "put": [{"stack": [OTHER], "counts": [30, 30, 60, 60]}]}
    ranked = culprits.rank(found(record(OWN, first=400, both=800), held=[held]), 400, rate=100.0)
    assert places(ranked) == [("work.py", 12), ("work.py", 40)]
    assert ranked[1].holder == "deque `a` of module b"
    same = {**entry, "put": [{"stack": [OWN], "counts": [30, 30, 60, 60]}]}
    assert len(culprits.rank(found(record(OWN, first=400, both=800), held=[same]), 400, rate=100.0)) == 1


def test_of_lines_those_are_told_that_grow_as_fast_as_the_cell_did():
    as_fast = {"stack": [OWN], "counts": [4, 4, 9, 9]}
    far_more = {"stack": [OTHER], "counts": [1000, 1000, 2000, 2000]}
    only_once = {"stack": [INSIDE], "counts": [0, 0, 4, 4]}
    found_ = culprits.alike([far_more, only_once, as_fast], 1000, 0.0045)
    assert [place.stack[0].line for place in found_] == [12]


def test_the_stacks_that_ship_are_own_code_where_the_package_is_installed():
    stack = ["read", "/venv/lib/python3.11/site-packages/find_mem_leaks/measured/stacks/sync.py", 3]
    assert places(culprits.rank(found(record(INSIDE, stack, first=400, both=800)), 400, 100.0))[0] == ("sync.py", 3)


def test_memray_is_installed_once_for_cells_that_are_explained_at_once(monkeypatch):
    installed = []
    monkeypatch.setattr(culprits, "_lacks_memray", lambda executable: True)
    monkeypatch.setattr(culprits.environments, "install_into", lambda *of: time.sleep(0.05) or installed.append(of))
    with ThreadPoolExecutor() as pool:
        folders = set(pool.map(culprits._library, ["a-python-of-this-test"] * 4))
    assert len(installed) == len(folders) == 1


def test_whatever_fails_the_verdict_stands(monkeypatch):
    async def fail(*_):
        raise KeyError("damaged")

    monkeypatch.setattr(culprits, "_explained", fail)
    judged = cell()
    after = asyncio.run(culprits.find("python", None, judged, None))
    assert after.explained == "where it leaks could not be told: KeyError: 'damaged'"
    assert replace(after, explained=None, explaining_seconds=None) == judged


@pytest.mark.parametrize(("rate", "window"), [(1.0, 50), (0.001, 25_000), (1e-9, 57_143)])
def test_a_rare_leak_is_looked_at_for_longer_within_what_is_bearable(rate, window):
    growth = {"blocks": Interval(rate, rate, rate)}
    leaking = replace(
        cell(), operations=100_000, seconds=1.0, wall_seconds=8.0, growth=growth, convicted_by=("blocks",)
    )
    assert culprits.windows(leaking).window == window


def test_slow_operations_are_few():
    leaking = replace(cell(), operations=100, seconds=10.0, growth={"blocks": Interval(0.001, 0, 1)})
    assert culprits.windows(leaking).window == 50
