from cells import cell, culprit
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.known import Leak
from find_mem_leaks.reports import of_tests

NAMES = {"stack": "tests/test_a.py", "scenario": "test_b"}


def test_a_leak_is_told_with_its_interval_its_lines_and_what_holds_it():
    found = culprit("shop.py", 3, "add", holder="dict `ORDERS` of module shop")
    lines = of_tests.message(cell(300.0, culprits=(found,), **NAMES), [Leak("shop.py in add", "memory")]).splitlines()
    assert lines[0].startswith("tests/test_a.py::test_b is leaking: steady growth")
    assert lines[1].startswith("live memory: 300 B per call (300 to 300), ")
    assert lines[2].startswith("  at shop.py:3 in add: ")
    assert lines[2].endswith("held by dict `ORDERS` of module shop")
    assert lines[3] == "  new: shop.py in add: memory"


def test_why_there_is_no_line_is_told():
    message = of_tests.message(cell(300.0, explained="no place was found", **NAMES), ())
    assert message.splitlines()[-1] == "  no place was found"


def test_what_does_not_leak_is_told_in_a_line():
    inconclusive = cell(0.0, verdict=Verdict.INCONCLUSIVE, reason="too short", **NAMES)
    assert of_tests.message(inconclusive, ()) == "tests/test_a.py::test_b is inconclusive: too short"


def test_things_that_are_counted_have_their_own_unit():
    from find_mem_leaks.judging.growth import Interval

    growth = {"threads": Interval(1.0, 0.9, 1.1)}
    found = cell(0.0, verdict=Verdict.LEAKING, convicted_by=("threads",), growth=growth, **NAMES)
    assert of_tests.message(found, ()).splitlines()[1].startswith("threads: 1.00 threads per call (0.90 to 1.10), ")


def test_growth_that_is_not_known_is_left_out():
    found = cell(300.0, bytes_per_operation=None, interval=None, **NAMES)
    assert of_tests.message(found, ()).splitlines()[1].startswith("live memory: ")
