"""How long a look at a leaking cell is."""

from dataclasses import replace
from math import inf

import pytest

from cells import cell
from find_mem_leaks.explaining.lengths import lengths
from find_mem_leaks.judging.criteria import Outcome
from find_mem_leaks.judging.failure import Failure
from find_mem_leaks.judging.growth import Interval
from series_of import series


def leaking(rate, **changes):
    growth = {"blocks": Interval(rate, rate, rate)}
    return replace(cell(), growth=growth, convicted_by=("blocks",), **changes)


@pytest.mark.parametrize(("rate", "window"), [(1.0, 1_000), (0.001, 25_000), (1e-9, 57_143)])
def test_a_rare_leak_is_looked_at_for_longer_within_what_is_bearable(rate, window):
    assert lengths(leaking(rate, operations=100_000, seconds=1.0, wall_seconds=8.0)).window == window


def test_a_leak_that_began_late_is_looked_at_from_there_on():
    def grown(live_bytes):
        return cell(8, rounds=series(live_bytes, rounds=20).rounds, bytes_per_operation=8.0)

    steady, late = grown(lambda n: 8 * n), grown(lambda n: 8 * max(0, n - 40_000))
    assert lengths(steady).warm_up == sum(round_.operations for round_ in steady.rounds if round_.warm_up)
    assert 36_000 <= lengths(late).warm_up <= 44_000


def test_a_window_of_blocks_that_come_often_is_as_long_as_costs_little():
    quick, slow = ({"operations": 1_000, "seconds": seconds, "wall_seconds": 8.0} for seconds in (0.01, 1.0))
    assert lengths(leaking(200.0, **quick)).window == 100
    assert lengths(leaking(1.0, **slow)).window == 143


def test_what_is_held_rarely_is_looked_for_over_many_operations():
    assert lengths(leaking(1e-5, operations=1_000_000, seconds=1.0, wall_seconds=8.0)).survey == 1_000_000


def test_a_table_that_doubles_is_looked_at_from_the_beginning_on():
    warm_up = leaking(1.0, rounds=series(lambda n: 8 * n, rounds=20).rounds)
    tests = tuple(Outcome(name, "live_bytes", 1.0, 0.9, passed=True) for name in ("rise", "jumps", "fourfold"))
    assert lengths(replace(warm_up, tests=tests)).warm_up == 50 < lengths(warm_up).warm_up
    assert lengths(replace(warm_up, tests=tests[:2])).warm_up == lengths(warm_up).warm_up


def test_slow_operations_are_few():
    look = lengths(leaking(0.001, operations=100, seconds=10.0))
    assert look.window == 30
    assert look.first == 25
    assert look.survey == 60


def test_a_leak_that_was_too_rare_is_looked_at_over_longer_windows_without_a_warm_up():
    look = lengths(leaking(1.0, operations=100_000, seconds=1.0, wall_seconds=8.0))
    assert look.longer.window == 20_000
    assert look.longer.warm_up == 0
    assert look.longer.window_seconds > look.window_seconds


def test_a_longer_window_is_never_shorter():
    """Threads that start rarely ask for a long window, the many blocks beside them for a short one."""
    rare, common = Interval(0.001, 0.001, 0.001), Interval(1.0, 1.0, 1.0)
    found = leaking(1.0, operations=100_000, seconds=1.0, wall_seconds=8.0)
    look = lengths(replace(found, growth={"threads": rare, "blocks": common}, convicted_by=("threads", "blocks")))
    assert look.longer.window >= look.window == 25_000


def test_the_longest_round_that_is_planned_holds_all_windows():
    look = lengths(leaking(0.001, operations=100_000, seconds=1.0, wall_seconds=8.0))
    assert look.longest >= max(look.warm_up, 2 * look.window, 2 * look.rare, 4 * look.survey, 2 * look.lines)


def test_megabytes_an_operation_are_looked_at_for_as_long_as_memory_allows():
    look = lengths(leaking(1.0, bytes_per_operation=50_000_000.0, operations=60, seconds=1.0))
    assert 1 <= look.window <= look.rare <= 3
    assert 1 <= look.first <= look.survey <= 3
    assert 1 <= look.lines <= 3


def test_a_share_is_of_all_operations_that_a_cell_had_where_none_failed():
    found = leaking(0.001, operations=100, seconds=10.0)
    assert lengths(found, 0.8).most == 0.8 * sum(round_.operations for round_ in found.rounds)
    assert lengths(found).most == inf


@pytest.mark.parametrize("after", [15, 100, 1_000, 10**9])
def test_no_process_carries_out_as_many_operations_as_one_failed_after(after):
    changes = {"operations": 100_000, "seconds": 1.0, "wall_seconds": 8.0}
    without = lengths(leaking(0.001, **changes))
    look = lengths(leaking(0.001, **changes, failure=Failure(after, (), ())), 0.8)
    assert look.warm_up + 4 * look.window <= look.most < after
    assert look.longer.warm_up + 4 * look.longer.window <= look.most
    assert look.warm_up + 2 * look.lines <= look.most
    assert 4 * look.survey <= look.most
    assert min(look.warm_up, look.window, look.lines, look.first, look.survey) >= 1
    if after == 10**9:
        assert (look.window, look.rare, look.lines, look.survey) == (
            without.window, without.rare, without.lines, without.survey,
        )  # fmt: skip
