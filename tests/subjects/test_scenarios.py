import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import scenarios


def test_the_seven_scenarios_and_the_balanced_one_have_the_names_the_mixes_and_the_sizes_of_the_original():
    found = {scenario.name: (scenario.shares, scenario.operations) for scenario in scenarios.SCENARIOS.values()}
    balanced = (0.25, 0.25, 0.25, 0.25)
    assert found == {
        "balanced": (balanced, 10_000),
        "10000_operations": (balanced, 10_000),
        "100000_operations": (balanced, 100_000),
        "1000000_operations": (balanced, 1_000_000),
        "create_heavy": ((0.5, 0.2, 0.2, 0.1), 10_000),
        "read_heavy": ((0.1, 0.6, 0.2, 0.1), 10_000),
        "update_heavy": ((0.2, 0.2, 0.5, 0.1), 10_000),
        "delete_heavy": ((0.1, 0.2, 0.2, 0.5), 10_000),
    }


def test_a_mix_of_ones_own_need_not_sum_to_a_hundred():
    scenario = scenarios.from_mix("3/4/2/1")
    assert scenario.shares == (0.3, 0.4, 0.2, 0.1)
    assert scenario.name == "mix_3_4_2_1"


@pytest.mark.parametrize("text", ["", "1/2/3", "1/2/3/4/5", "a/b/c/d", "1/2/3/-4", "nan/1/1/1", "inf/1/1/1", "1,2,3,4"])
def test_a_mix_that_is_no_four_numbers_is_refused(text):
    with pytest.raises(UsageError, match="such as 30/40/20/10"):
        scenarios.from_mix(text)


def test_a_mix_that_sums_to_nothing_is_refused():
    with pytest.raises(UsageError, match="sums to 0"):
        scenarios.from_mix("0/0/0/0")


def test_a_name_with_a_number_is_that_of_a_scenario_which_carries_it_out():
    exact = [scenario for scenario in scenarios.SCENARIOS.values() if scenario.is_exact]
    assert [scenario.name for scenario in exact] == [f"{scenario.operations}_operations" for scenario in exact]
    assert not {scenario.name for scenario in exact} & {*scenarios.DEFAULT}


@pytest.mark.parametrize(
    ("name", "operations", "true"),
    [
        ("10000_operations", 10_000, "10000_operations"),
        ("10000_operations", 400, "balanced"),
        ("100000_operations", None, "balanced"),
        ("read_heavy", None, "read_heavy"),
        ("operation", 3, "operation"),
    ],
)
def test_a_name_that_says_another_number_than_was_carried_out_is_not_true(name, operations, true):
    assert scenarios.carried_out(name, operations) == true
