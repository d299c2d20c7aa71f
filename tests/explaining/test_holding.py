"""What the culprits are said to be held by: on replies to ``survey``."""

from dataclasses import replace

import pytest

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.explaining import holding

OWN = ("operation", "/home/somebody/work.py", 12)
OTHER = ("operation", "/home/somebody/work.py", 40)
LEAK = holding.Growth(events=1.0, bytes=100.0, things=False, objects=True)
NATIVE = holding.Growth(events=0.1, bytes=100.0, things=False, objects=False)


def culprit(frame=OWN, allocations=1.0):
    return Culprit((Frame(*frame),), allocations, 100.0, None, None)


def entry(holder, count=50, made_at=None, **changes):
    places = [[list(made_at[1:])]] if made_at else []
    return {
        "type": "Item", "count": count, "bytes": 0, "table": 8.0, "size": 0, "operations": 50, "places": places,
        "holder": holder,
        **changes,
    }  # fmt: skip


def survey(*entries, operations=50, otherwise=None):
    return {"held": list(entries), "operations": operations, "otherwise": otherwise}


def holders(found, growth=LEAK, frame=OWN):
    return [told.holder for told in holding.with_holders([culprit(frame)], found, growth)]


def test_the_holder_is_that_of_what_is_made_at_the_culprits_line():
    found = survey(entry("list `a` of module b", made_at=OTHER), entry("dict `c` of module d", made_at=OWN))
    assert holders(found) == ["dict `c` of module d"]
    assert holders(found, frame=OTHER) == ["list `a` of module b"]


def test_what_grows_as_fast_holds_what_was_made_in_memory_from_a_free_list():
    assert holders(survey(entry("deque `a` of module b"))) == ["deque `a` of module b"]


def test_what_grows_far_too_slowly_holds_nothing_of_it():
    slow = entry("list `a` of module b", count=2, operations=100_000)
    assert holders(survey(slow)) == [None]


@pytest.mark.parametrize(("size", "bytes_", "is_held"), [(40, 16.0, False), (40, 56.0, True), (400, 56.0, False)])
def test_objects_that_are_larger_than_the_blocks_of_the_line_are_not_what_it_keeps(size, bytes_, is_held):
    some = entry("list `a` of module b", count=25, made_at=OWN, size=size)
    [told] = holding.with_holders([replace(culprit(), bytes=bytes_)], survey(some, otherwise="C code"), LEAK)
    assert told.holder == ("list `a` of module b" if is_held else "C code")


@pytest.mark.parametrize(("size", "type_"), [(0, "Item"), (56, "Item"), (152, None)])
def test_the_type_of_what_is_made_at_no_line_is_that_of_a_culprit_only_if_its_blocks_are_as_large(size, type_):
    some = entry("dict `a` of module b", count=50, operations=2_500, size=size)
    rare, larger = (
        replace(culprit(frame), allocations=0.02, bytes=0.02 * of) for frame, of in [(OWN, 56), (OTHER, 400)]
    )
    growth = holding.Growth(0.02, 0.02 * 456, things=False, objects=True)
    with_holder, _ = holding.with_holders([rare, larger], survey(some), growth)
    assert (with_holder.holder, with_holder.type) == ("dict `a` of module b", type_)


def test_one_object_that_grows_by_what_memory_grew_by_comes_before_a_container():
    one = entry("bytearray `log` of module b", count=1, bytes=5_000)
    assert holders(survey(entry("list `a` of module b"), one), NATIVE) == ["bytearray `log` of module b"]
    small = entry("bytearray `log` of module b", count=1, bytes=500)
    assert holders(survey(small), LEAK) == [None]


def test_without_a_holder_nothing_is_made_up():
    assert holders(survey()) == [None]


@pytest.mark.parametrize(
    ("growth", "operations", "expected"),
    [
        (NATIVE, 50, holding.IN_C),
        (NATIVE, 5, None),
        (holding.Growth(0.1, 0.0, things=True, objects=False), 50, holding.IN_SYSTEM),
    ],
)
def test_that_no_object_grows_is_said_where_it_has_been_seen(growth, operations, expected):
    assert holders(survey(operations=operations), growth) == [expected]


def test_objects_of_the_line_that_are_not_what_grows_and_are_held_by_nothing_known_hide_no_native_holder():
    few = entry(None, count=3, operations=100_000, made_at=OWN)
    assert holders(survey(few, operations=100_000), NATIVE) == [holding.IN_C]


def test_what_no_object_refers_to_is_held_by_what_the_survey_found():
    assert holders(survey(otherwise="C code: so it was seen")) == ["C code: so it was seen"]


def test_what_is_no_memory_is_held_by_the_system_whatever_was_seen_of_memory():
    descriptors = holding.Growth(events=1.0, bytes=0.0, things=True, objects=False)
    assert holders(survey(otherwise="C code: so it was seen"), descriptors) == [holding.IN_SYSTEM]


def test_a_container_that_grows_otherwise_than_descriptors_does_not_hold_them():
    descriptors = holding.Growth(events=1.0, bytes=0.0, things=True, objects=False)
    assert holders(survey(entry("list `a` of module b", count=50)), descriptors) == ["list `a` of module b"]
    assert holders(survey(entry("list `a` of module b", count=5)), descriptors) == [holding.IN_SYSTEM]


def put_at(frame, **changes):
    record = {"stack": [list(frame)], "counts": [30, 30, 60, 60]}
    return entry("deque `a` of module b", put=[record], put_operations=30, **changes)


def test_the_line_that_puts_reused_objects_into_a_container_is_named_beside_the_one_that_allocated_them():
    told = holding.with_holders([culprit()], survey(put_at(OTHER)), LEAK)
    assert [found.frame.line for found in told] == [12, 40]
    assert told[1].holder == "deque `a` of module b"
    assert len(holding.with_holders([culprit()], survey(put_at(OWN)), LEAK)) == 1


def test_an_object_of_a_megabyte_may_be_what_grows_where_only_bytes_do():
    few = holding.Growth(events=0.02, bytes=20.0, things=False, objects=False)
    slabs = survey(entry("list `a` of module b", count=12, operations=600_000), operations=600_000)
    assert [told.holder for told in holding.with_holders([culprit(allocations=2e-5)], slabs, few)] == [
        "list `a` of module b"
    ]
    assert [told.holder for told in holding.with_holders([culprit(allocations=0.02)], slabs, few)] == [holding.IN_C]


def test_what_pythons_own_types_allocate_is_not_said_to_be_held_by_c_code():
    inside = culprit(("PyByteArray_Resize", "/python/Objects/bytearrayobject.c", 233))
    assert [told.holder for told in holding.with_holders([culprit(), inside], survey(), NATIVE)] == [None, None]


@pytest.mark.parametrize(("bytes_", "expected"), [(29.0, holding.IN_C), (30.0, None)])
def test_a_few_buffers_of_pythons_own_types_do_not_hide_that_c_code_holds_the_rest(bytes_, expected):
    inside = replace(culprit(("resize_compact", "Objects/unicodeobject.c", 1060)), bytes=bytes_)
    assert {told.holder for told in holding.with_holders([culprit(), inside], survey(), NATIVE)} == {expected}


def test_what_is_made_at_the_line_that_puts_it_away_was_allocated_there_in_memory_that_another_had_before():
    [told] = holding.with_holders([culprit()], survey(put_at(OTHER, made_at=OTHER)), LEAK)
    assert (told.frame.line, told.allocations, told.bytes) == (40, 1.0, 100.0)


@pytest.mark.parametrize(("growth", "expected"), [(130.0, 108.0), (103.0, 103.0), (90.0, 100.0)])
def test_what_the_container_itself_takes_is_added_as_far_as_it_is_missing(growth, expected):
    found = survey(put_at(OWN, made_at=OWN))
    [told] = holding.with_holders([culprit()], found, holding.Growth(1.0, growth, things=False, objects=True))
    assert told.bytes == expected


def test_the_line_that_puts_what_was_made_at_another_into_a_container_is_named_beside_that():
    told = holding.with_holders([culprit()], survey(put_at(OTHER, made_at=OWN)), LEAK)
    assert [found.frame.line for found in told] == [12, 40]


def test_a_line_that_keeps_nothing_of_what_was_made_at_another_culprits_line_is_not_said_to():
    found = survey(entry("list `a` of module b", made_at=OWN))
    told = holding.with_holders([culprit(OWN), culprit(OTHER)], found, LEAK)
    assert [(each.type, each.holder) for each in told] == [("Item", "list `a` of module b"), (None, None)]


SERVER = ("request", "/venv/lib/python3.11/site-packages/server/wsgi.py", 90)


def test_the_line_that_puts_away_what_a_server_has_made_comes_first_with_what_no_own_line_allocates():
    own = replace(culprit(), bytes=30.0)
    found = survey(put_at(OTHER, made_at=SERVER))
    put, first = holding.with_holders([own], found, LEAK)
    assert (put.frame, put.bytes, put.holder) == (Frame(*OTHER), 70.0, "deque `a` of module b")
    assert (first.frame, first.bytes) == (own.frame, 30.0)


def test_what_comes_with_each_operation_may_have_any_number_of_blocks():
    """A connection that is kept has hundreds."""
    growth = holding.Growth(events=400.0, bytes=20_000.0, things=False, objects=True)
    own = replace(culprit(), bytes=30.0)
    first, second = (
        holding.with_holders([own], survey(put_at(OTHER, made_at=SERVER, count=count)), growth)[0] for count in (50, 40)
    )
    assert (first.frame.line, first.bytes, second.frame.line) == (OTHER[2], 19_970.0, OWN[2])


def test_what_a_library_allocates_is_not_taken_off_what_is_put_away():
    put, library = holding.with_holders([culprit(SERVER)], survey(put_at(OTHER, made_at=SERVER)), LEAK)
    assert (put.bytes, library.bytes) == (100.0, 100.0)


def test_the_line_that_puts_away_what_a_server_has_made_keeps_what_it_allocates_itself():
    others = [replace(culprit(), bytes=95.0), replace(culprit(OTHER), bytes=8.0, allocations=0.5)]
    put, *_ = holding.with_holders(others, survey(put_at(OTHER, made_at=SERVER)), LEAK)
    assert (put.frame, put.allocations, put.bytes) == (Frame(*OTHER), 0.5, 8.0)


def test_the_line_that_puts_entries_into_a_container_is_held_by_it():
    put = {"stack": [list(OTHER)], "counts": [30, 30, 60, 60]}
    found = survey(entry("list `a` of module b", made_at=OWN, put=[put], put_operations=30))
    told = holding.with_holders([culprit(OWN), culprit(OTHER)], found, LEAK)
    assert [each.holder for each in told] == ["list `a` of module b"] * 2


def test_the_likeliest_culprit_is_held_by_the_surest_holder_if_by_no_other():
    found = survey(entry("list `a` of module b", made_at=OWN))
    told = holding.with_holders([culprit(OTHER), culprit(OWN)], found, LEAK)
    assert [(each.type, each.holder) for each in told] == [
        (None, "list `a` of module b"),
        ("Item", "list `a` of module b"),
    ]


def test_a_line_that_allocates_what_it_puts_away_leaves_what_others_allocate_to_them():
    culprits = [culprit(OWN), replace(culprit(OTHER), bytes=50.0)]
    told = holding.with_holders(culprits, survey(put_at(OTHER, made_at=OTHER)), LEAK)
    assert [(each.frame.line, each.bytes) for each in told] == [(12, 100.0), (40, 50.0)]


def test_what_came_twice_where_the_culprit_allocated_hundreds_of_times_is_not_what_it_keeps():
    rare = entry("list `a` of module b", count=2, operations=20_000, made_at=OWN)
    [told] = holding.with_holders([culprit(allocations=0.027)], survey(rare, operations=20_000), NATIVE)
    assert told.holder == holding.IN_C
    [told] = holding.with_holders([culprit(allocations=1e-4)], survey(rare, operations=20_000), NATIVE)
    assert told.holder == "list `a` of module b"
