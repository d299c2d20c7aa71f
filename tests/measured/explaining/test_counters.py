"""What a line is said to have added to a counter, and what was given back."""

import itertools

from find_mem_leaks.measured.explaining import counters


def given_back():
    pass


def test_what_is_given_back_is_taken_from_the_line_that_added_as_much():
    code, level = given_back.__code__, iter([0, 3000, 3500, 500])
    counted = counters.Amounts(lambda: next(level))
    counted.settle((code, 1))
    counted._level = 3000
    counted.settle((code, 2))
    counted._level = 3500
    counted.settle((code, 3))
    assert counted.plain == {(code, 1): (1, 3000), (code, 2): (1, 500), (code, 3): (-1, -3000)}
    assert counted.matched == {(code, 1): (0, 0), (code, 2): (1, 500)}


def test_a_thing_that_has_gone_is_taken_from_the_line_that_added_it():
    code, there = given_back.__code__, {1}
    counted = counters.Things(lambda: set(there), itertools.count().__next__)
    there.add(2)
    assert counted.settle((code, 1))
    there.remove(2)
    counted.settle((code, 2))
    assert counted.growth == {(code, 1): (0, 0)}


def test_things_are_listed_only_where_the_hint_has_changed():
    listed, hint = [], [0]
    counted = counters.Things(lambda: set(listed.append(None) or ()), lambda: hint[0])
    counted.forget()
    assert not counted.settle((given_back.__code__, 1))
    assert len(listed) == 1
    hint[0] = 1
    counted.forget()
    assert len(listed) == 2
