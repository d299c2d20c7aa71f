from dataclasses import replace

import pytest

from find_mem_leaks.leading.fixed import fixed
from find_mem_leaks.subjects.scenarios import SCENARIOS
from led import Measured, lead, order


def test_the_fixed_protocol_carries_out_exactly_what_it_was_asked_for():
    measured = Measured()
    found = lead(fixed, measured, order(rounds=5))
    assert [round_.operations for round_ in found.rounds] == [10_000] * 5
    assert measured.operations == 50_000
    assert [round_.warm_up for round_ in found.rounds] == [True, False, False, False, False]
    assert found.rounds[0].counts == (2_500, 2_500, 2_500, 2_500)
    assert (found.rounds[0].initial_rss, found.rounds[0].final_rss, found.rounds[0].peak) == (1_000, 2_000, 3_000)


@pytest.mark.parametrize("operations", [1, 7, 16, 1_000, 10_001])
def test_the_fixed_protocol_does_any_number_of_operations(operations):
    scenario = replace(SCENARIOS["read_heavy"], operations=operations)
    measured = Measured()
    found = lead(fixed, measured, order(rounds=1, scenario=scenario))
    assert measured.operations == operations
    assert not found.rounds[0].warm_up
