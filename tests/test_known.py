from dataclasses import replace

import pytest

from cells import cell, culprit
from find_mem_leaks import known
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.known import Known, Leak

CREATE = Leak("shop/orders.py in create", "memory")
NAME = "tests/test_orders.py test_create"
LIBRARY = "/usr/lib/python3.11/site-packages/shelves/boards.py"


def leaking(*places, scenario="test_create", **changes):
    culprits = tuple(culprit(file, 12, function) for file, function in places)
    return cell(300.0, stack="tests/test_orders.py", scenario=scenario, culprits=culprits, **changes)


def clean(scenario="test_create", **changes):
    return cell(0.0, stack="tests/test_orders.py", scenario=scenario, **changes)


def test_a_leak_is_told_by_the_file_the_function_and_what_grows_whatever_its_line():
    found = leaking(("shop/orders.py", "create"))
    moved = replace(found, culprits=(culprit("shop/orders.py", 99, "create"),))
    assert known.leaks(found) == known.leaks(moved) == (CREATE,)
    assert known.leaks(replace(found, convicted_by=("live_bytes", "threads"))) == (replace(CREATE, kind="threads"),)


def test_places_in_own_code_come_before_those_in_libraries_that_allocate_for_them():
    assert known.leaks(leaking(("shop/orders.py", "create"), (LIBRARY, "saw"))) == (CREATE,)
    assert known.leaks(leaking((LIBRARY, "saw"))) == (Leak("shelves/boards.py in saw", "memory"),)


def test_a_leak_without_a_line_is_at_the_cell_itself():
    assert known.leaks(leaking()) == (Leak(NAME, "memory"),)


def test_what_does_not_leak_or_should_has_no_leaks():
    assert known.leaks(clean()) == ()
    assert known.leaks(leaking(truth="leaking")) == ()
    assert not known.is_known(clean(), [])


def test_a_cell_is_known_if_all_of_its_leaks_are():
    listed = [Known(CREATE)]
    both = leaking(("shop/orders.py", "create"), ("shop/orders.py", "update"))
    assert known.is_known(leaking(("shop/orders.py", "create"), scenario="test_another"), listed)
    assert known.new(both, listed) == (Leak("shop/orders.py in update", "memory"),)
    assert not known.is_known(both, listed)
    assert not known.is_known(replace(both, culprits=both.culprits[:1], convicted_by=("threads",)), listed)


def test_a_leak_whose_line_is_not_found_again_is_known_in_the_cells_that_it_was_seen_in():
    listed = [Known(CREATE, (NAME,))]
    assert known.is_known(leaking(), listed)
    assert not known.is_known(leaking(scenario="test_another"), listed)
    assert not known.is_known(leaking(("shop/orders.py", "update")), listed)
    assert known.is_known(leaking(("shop/orders.py", "update")), [Known(Leak(NAME, "memory"))])


def test_a_leak_is_fixed_once_all_cells_that_it_was_seen_in_are_acquitted():
    entry = Known(CREATE, (NAME, "tests/test_orders.py test_many"))
    assert known.fixed([entry], [clean(), clean("test_many")]) == [entry]
    assert known.fixed([entry], [clean()]) == []
    assert known.fixed([entry], [clean(), clean("test_many", verdict=Verdict.INCONCLUSIVE)]) == []
    assert known.fixed([entry], [clean(), clean("test_many"), leaking(("shop/orders.py", "create"))]) == []
    other = leaking(("shop/orders.py", "create"), scenario="test_other")
    assert known.fixed([entry], [clean(), clean("test_many"), other]) == []
    assert known.fixed([Known(CREATE)], [clean()]) == []


def test_an_update_lists_what_leaks_now_and_keeps_what_was_not_measured():
    update = Leak("shop/orders.py in update", "memory")
    other = Known(Leak("shop/users.py in login", "threads"), ("tests/test_users.py test_login",), ("# issue 12",))
    by_hand = Known(Leak("shop/users.py in logout", "memory"))
    before = [Known(CREATE, (NAME, "tests/test_orders.py test_gone")), other, by_hand]
    after = known.updated(before, [leaking(("shop/orders.py", "update")), clean("test_gone")])
    assert after == [Known(update, (NAME,)), other, by_hand]
    assert after[1].comments == ("# issue 12",)


def test_an_update_lists_a_cell_without_a_line_where_it_was_known_with_one():
    before = [Known(CREATE, (NAME,))]
    assert known.updated(before, [leaking()]) == before
    assert known.updated([], [leaking()]) == [Known(Leak(NAME, "memory"), (NAME,))]
    assert known.updated(before, [clean(verdict=Verdict.INCONCLUSIVE)]) == before
    assert known.updated(before, [clean(), leaking(("shop/orders.py", "create"))]) == before


def test_the_file_is_read_as_it_is_written_with_what_a_person_wrote_above_a_leak(tmp_path):
    listed = [Known(CREATE, (NAME, "sync_session balanced")), Known(Leak("a.py in f", "threads"), (), ("# why",))]
    written = known.text(listed)
    assert "\nshop/orders.py in create: memory\n    tests/test_orders.py test_create\n" in written
    assert "\n# why\na.py in f: threads\n" in written
    path = tmp_path / "known.txt"
    path.write_text(written)
    assert known.read(path) == listed
    assert known.read(path)[1].comments == ("# why",)
    assert known.text(known.read(path)) == written


def test_a_comment_stays_with_its_leak_wherever_it_stands():
    lines = "# one\na.py in f: memory\n    x y\n    # of f\n    z y\n\n# two\nb.py in g: memory\n    x y\n# last\n"
    listed = known.parse(lines, "known.txt")
    assert [(each.comments, each.cells) for each in listed] == [
        (("# one", "# of f"), ("x y", "z y")),
        (("# two", "# last"), ("x y",)),
    ]
    assert known.parse(known.text(listed), "known.txt") == listed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"shop/orders.py in create\n", "known.txt:1: 'shop/orders.py in create' is not a leak, such as"),
        (b"\n    tests/test_orders.py test_create\n", "known.txt:2: 'tests/test_orders.py test_create' is not"),
        (b"\xff", "not text in UTF-8"),
        (None, "No such file or directory): --update-known writes such a file"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "known.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        known.read(path)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_written_as_text_does_not_empty_the_file(tmp_path):
    path = tmp_path / "known.txt"
    path.write_text("# by hand\n")
    known.write(path, known.updated([], [leaking(("/caf\udce9/app.py", "operation"))]))
    assert " in operation" in path.read_text()
