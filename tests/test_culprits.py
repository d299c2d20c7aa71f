"""What is made of a reply to ``attribute``, and how long a look is asked for."""

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


@pytest.mark.parametrize(("rate", "window"), [(1.0, 50), (0.001, 40_000), (1e-9, 85_714)])
def test_a_rare_leak_is_looked_at_for_longer_within_what_is_bearable(rate, window):
    leaking = replace(cell(), operations=100_000, seconds=1.0, growth={"blocks": Interval(rate, rate, rate)})
    assert culprits.windows(leaking).window == window


def test_slow_operations_are_few():
    leaking = replace(cell(), operations=100, seconds=10.0, growth={"blocks": Interval(0.001, 0, 1)})
    assert culprits.windows(leaking).window == 50
