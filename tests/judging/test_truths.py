import pytest

from find_mem_leaks.judging.truths import is_true

VERDICTS = ("clean", "bounded", "leaking", "inconclusive", "failed")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_of_a_control_that_leaks_only_leaking_is_true(verdict):
    assert is_true(verdict, "leaking") == (verdict == "leaking")


@pytest.mark.parametrize("truth", ["clean", "bounded"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_of_a_control_that_does_not_leak_clean_and_bounded_are_both_true(verdict, truth):
    assert is_true(verdict, truth) == (verdict in {"clean", "bounded"})


@pytest.mark.parametrize("verdict", VERDICTS)
def test_nothing_is_true_of_what_is_not_a_control(verdict):
    assert not is_true(verdict, None)
