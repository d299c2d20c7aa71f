"""Which places are culprits, and in which order: on replies to ``attribute`` and ``lines``."""

import pytest

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.explaining import ranking

OWN = ["operation", "/home/somebody/work.py", 12]
OTHER = ["operation", "/home/somebody/work.py", 40]
INSIDE = ["__init__", "/usr/lib/python3.11/site-packages/orm/session.py", 7]
C = ["PyList_New", "Objects/listobject.c", 150]


def record(*frames, first, both, size=100):
    return {"stack": list(frames), "counts": [first, first * size, both, both * size]}


def found(*growing):
    return {"growing": list(growing)}


def places(ranked):
    return [(culprit.frame.file.rsplit("/", 1)[-1], culprit.frame.line) for culprit in ranked]


def test_what_allocates_once_an_operation_in_both_windows_comes_before_one_large_resize():
    resize = {"stack": [OTHER], "counts": [0, 0, 1, 800_000]}
    ranked = ranking.rank(found(resize, record(OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked)[0] == ("work.py", 12)
    assert ranked[0].allocations == 1.0
    assert ranked[0].bytes == 100.0


def test_what_is_made_larger_as_a_whole_keeps_what_the_others_leave_of_the_growth():
    resize = {"stack": [OTHER], "counts": [0, 0, 1, 80_000]}
    growing = found(resize, record(OWN, first=400, both=800))
    assert [culprit.bytes for culprit in ranking.rank(growing, 400, rate=108.0)] == [100.0, 8.0]
    assert [culprit.bytes for culprit in ranking.rank(growing, 400, rate=400.0)] == [100.0, 200.0]


def test_five_lines_of_own_code_are_told():
    growing = [record(["operation", "/home/somebody/work.py", line], first=400, both=800) for line in range(7)]
    assert len(ranking.rank(found(*growing), 400, rate=700.0)) == 5


def test_bytes_of_a_library_are_part_of_those_of_the_own_line():
    own, inside = (Culprit((Frame(*frame),), 1.0, 60.0, None, None) for frame in (OWN, INSIDE))
    assert ranking.own_bytes([own, inside]) == ranking.own_bytes([inside]) == 60.0


def test_what_a_cache_holds_for_a_while_is_no_culprit():
    assert ranking.rank(found(record(OWN, first=50, both=51)), 400, rate=100.0) == ()


def test_one_block_that_grows_is_a_culprit_by_its_bytes():
    growing = {"stack": [OWN], "counts": [1, 400_000, 1, 440_000]}
    [culprit] = ranking.rank(found(growing), 400, rate=100.0)
    assert culprit.frame.line == 12
    assert culprit.bytes == 100.0


def test_the_own_line_comes_first_and_then_the_librarys_that_it_calls():
    ranked = ranking.rank(found(record(INSIDE, OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked) == [("work.py", 12), ("session.py", 7)]
    assert [frame.line for frame in ranked[1].stack] == [7, 12]


def test_a_librarys_line_that_several_own_lines_have_a_share_of_comes_before_them():
    own = [["operation", "/home/somebody/work.py", line] for line in (3, 4, 5, 6)]
    growing = [record(INSIDE, frame, first=100, both=200) for frame in own]
    ranked = ranking.rank(found(*growing), 400, rate=100.0)
    assert places(ranked) == [("session.py", 7), *(("work.py", line) for line in (3, 4, 5, 6))]
    assert (ranked[0].allocations, ranked[1].allocations) == (1.0, 0.25)


def test_a_librarys_line_with_the_smaller_part_of_what_stays_does_not_come_first():
    own = [["operation", "/home/somebody/work.py", line] for line in (3, 4, 5, 6)]
    deeper = [["add", "/usr/lib/python3.11/collections/__init__.py", line] for line in (1, 2, 3)]
    growing = [record(inside, frame, first=100, both=200) for frame in own for inside in (INSIDE, *deeper)]
    assert places(ranking.rank(found(*growing), 400, rate=400.0))[0] == ("work.py", 3)


def test_a_librarys_line_that_no_own_line_has_called_comes_first_only_where_these_keep_next_to_nothing():
    inside = record(INSIDE, first=300, both=600)
    ranked = ranking.rank(found(inside, record(OWN, first=100, both=200)), 100, rate=400.0)
    assert places(ranked) == [("work.py", 12), ("session.py", 7)]
    ranked = ranking.rank(found(inside, record(OWN, first=10, both=20)), 100, rate=310.0)
    assert places(ranked) == [("session.py", 7), ("work.py", 12)]


def test_lines_of_the_library_are_summed_up_at_the_own_line():
    deeper = ["add", "/usr/lib/python3.11/collections/__init__.py", 3]
    growing = [record(INSIDE, OWN, first=400, both=800), record(deeper, INSIDE, OWN, first=800, both=1600)]
    ranked = ranking.rank(found(*growing), 400, rate=300.0)
    assert ranked[0].frame.line == 12
    assert ranked[0].allocations == 3.0


def test_a_frame_of_c_is_not_the_workloads_own():
    ranked = ranking.rank(found(record(C, OWN, first=400, both=800)), 400, rate=100.0)
    assert places(ranked) == [("work.py", 12), ("listobject.c", 150)]


def test_what_a_buffer_holds_until_it_is_emptied_is_no_culprit_where_others_explain_the_growth():
    growing = [record(OWN, first=400, both=800, size=5000), record(OTHER, first=400, both=800, size=16)]
    assert places(ranking.rank(found(*growing), 400, rate=24.0)) == [("work.py", 40)]


def test_culprits_keep_no_more_than_the_cell_grew_by():
    growing = [record(OWN, first=400, both=800, size=9000), record(OTHER, first=400, both=800, size=16)]
    assert [culprit.bytes for culprit in ranking.rank(found(*growing), 400, rate=116.0)] == [16.0, 100.0]
    inside = record(INSIDE, OWN, first=400, both=800, size=9000)
    assert [culprit.bytes for culprit in ranking.rank(found(inside), 400, rate=60.0)] == [60.0, 60.0]


def test_a_place_without_bytes_is_no_culprit():
    growing = [record(OWN, first=400, both=800, size=0), record(OTHER, first=400, both=800, size=16)]
    assert places(ranking.rank(found(*growing), 400, rate=16.0)) == [("work.py", 40)]


def test_of_lines_those_are_told_that_grow_as_fast_as_the_cell_did():
    as_fast = {"stack": [OWN], "counts": [4, 4, 9, 9]}
    far_more = {"stack": [OTHER], "counts": [1000, 1000, 2000, 2000]}
    only_once = {"stack": [INSIDE], "counts": [0, 0, 4, 4]}
    found_ = ranking.alike([far_more, only_once, as_fast], 1000, 0.0045)
    assert [place.stack[0].line for place in found_] == [12]


def test_the_stacks_that_ship_are_own_code_where_the_package_is_installed():
    stack = ["read", "/venv/lib/python3.11/site-packages/find_mem_leaks/measured/stacks/sync.py", 3]
    assert places(ranking.rank(found(record(INSIDE, stack, first=400, both=800)), 400, 100.0))[0] == ("sync.py", 3)


@pytest.mark.parametrize(
    ("rates", "allocations", "explained"),
    [
        ({"blocks": 3.0}, 1.0, True),
        ({"blocks": 30.0}, 1.0, False),
        ({"live bytes": 100.0}, 0.0, True),
        ({"blocks": 1.0, "live bytes": 300.0}, 1.0, False),
        ({}, 1.0, False),
    ],
)
def test_culprits_explain_a_cell_if_they_allocate_a_good_part_of_what_grew(rates, allocations, explained):
    culprit = Culprit((Frame(*OWN),), allocations, 60.0, None, None)
    assert ranking.explains([culprit], rates) is explained


def test_own_lines_are_those_on_whose_behalf_a_library_allocates():
    inside = Culprit((Frame(*INSIDE), Frame(*OWN)), 1.0, 1.0, None, None)
    alone = Culprit((Frame(*INSIDE),), 1.0, 1.0, None, None)
    assert ranking.own_lines([inside, alone, inside]) == [("/home/somebody/work.py", 12)]


def test_the_line_that_makes_most_of_the_growth_comes_first_however_few_its_allocations():
    growing = found(record(OWN, first=1200, both=2400, size=50), record(OTHER, first=400, both=800, size=4_000))
    assert places(ranking.rank(growing, 400, rate=4_150.0)) == [("work.py", 40), ("work.py", 12)]


def test_a_line_is_said_to_keep_no_more_than_there_is_growth():
    growing = found(record(OWN, first=400, both=800, size=250))
    assert [culprit.bytes for culprit in ranking.rank(growing, 400, rate=120.0)] == [120.0]
    assert [culprit.bytes for culprit in ranking.rank(growing, 400, rate=0.0)] == [250.0]
