from pathlib import Path

from cells import cell, culprit
from find_mem_leaks.known import Known, Leak
from find_mem_leaks.reports import known

FILE = Path("known.txt")
ADVICE = "take it out, or give --update-known"


def leaking(function, scenario):
    return cell(300.0, stack="tests/test_a.py", scenario=scenario, culprits=(culprit("a.py", 1, function),))


def test_it_says_which_leaks_are_new_and_which_are_fixed():
    listed = [
        Known(Leak("a.py in old", "memory"), ("tests/test_a.py test_1",)),
        Known(Leak("a.py in gone", "memory"), ("tests/test_a.py test_2", "tests/test_a.py test_3")),
    ]
    clean = [cell(0.0, stack="tests/test_a.py", scenario=name) for name in ("test_2", "test_3")]
    cells = [leaking("old", "test_1"), *clean, leaking("new", "test_4"), leaking("new", "test_5")]
    assert list(known.lines(cells, listed, FILE)) == [
        "known.txt: 2 known leaks, 1 of them fixed; 1 new",
        "   1 cell leaking in known ways alone",
        "   new: a.py in new: memory (in tests/test_a.py test_4 and 1 other cell)",
        f"   fixed: a.py in gone: memory (in tests/test_a.py test_2 and 1 other cell): {ADVICE}",
    ]


def test_it_is_short_where_there_is_nothing_to_say():
    assert list(known.lines([cell()], [], FILE)) == ["known.txt: 0 known leaks, 0 of them fixed; 0 new"]
