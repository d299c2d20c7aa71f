"""When a server has finished, by a clock that the test moves."""

import pytest

from find_mem_leaks.measured import finishing
from find_mem_leaks.measured.finishing import LATER_PATIENCE, PATIENCE, Finishing


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(finishing.clock, "seconds", lambda: now[0])
    return now


def test_it_has_finished_once_nothing_was_under_way_so_many_times_in_a_row(clock):
    made = Finishing(turns=3)
    assert [made.is_over(count) for count in (2, 0, 0, 1, 0, 0, 0)] == [False] * 6 + [True]
    assert Finishing().is_over(0)


def test_what_makes_progress_is_waited_for_however_long_it_takes(clock):
    made = Finishing()
    for left in range(20, 0, -1):
        clock[0] += 0.9 * PATIENCE
        assert not made.is_over(left)
    assert made.is_over(0)
    assert made.never_ends == 0


def test_what_makes_none_never_ends_and_is_waited_for_once(clock):
    made = Finishing()
    assert not made.is_over(3)
    clock[0] += 1.01 * PATIENCE
    assert made.is_over(3)
    assert made.never_ends == 3
    made.begin()
    assert not made.is_over(5)
    assert made.is_over(3)
    made.begin()
    assert not made.is_over(5)
    clock[0] += 1.01 * LATER_PATIENCE
    assert made.is_over(5)
    assert made.never_ends == 5


def test_it_can_be_waited_for_as_long_as_at_first(clock):
    made = Finishing()
    made.never_ends = 1
    made.begin(patiently=True)
    assert not made.is_over(3)
    clock[0] += 0.9 * PATIENCE
    assert not made.is_over(3)
