import pytest

from find_mem_leaks import errors
from find_mem_leaks.errors import UsageError, unknown


def test_a_name_that_is_nearly_one_is_told_the_nearest():
    error = unknown("stack", "sync_sesion", ["sync_session", "async_session", "intended_leak"])
    assert isinstance(error, UsageError)
    assert str(error).startswith("there is no stack 'sync_sesion'; did you mean sync_session or async_session")
    assert "intended_leak" not in str(error)


def test_a_name_that_resembles_nothing_is_told_all_that_there_are():
    assert str(unknown("scenario", "zzz", ["one", "two"])).endswith("known: one, two")


@pytest.mark.parametrize("known", [[], iter([]), (name for name in ("one",))])
def test_names_may_come_from_anywhere_and_be_none(known):
    assert "\n" not in str(unknown("stack", "x", known))


def test_no_more_than_three_names_are_offered():
    known = [f"session_{number}" for number in range(9)]
    assert str(unknown("stack", "session", known)).count(" or ") == 2


def test_each_exit_code_says_one_thing():
    codes = [errors.CLEAN, errors.FAILED, errors.USAGE, errors.LEAK, errors.INCONCLUSIVE, errors.INTERRUPTED]
    assert codes == [0, 1, 2, 3, 4, 130]


def test_what_is_not_installed_is_named_with_the_extra_that_brings_it():
    with pytest.raises(UsageError) as raised:
        errors.require("a_module_of_nobody", of="releases", extra="history")
    expected = '`find-mem-leaks releases` needs a_module_of_nobody: pip install "find-mem-leaks[history]"'
    assert str(raised.value) == expected
    errors.require("json", of="releases", extra="history")


def test_what_a_name_stands_for_is_looked_up_and_refused_with_the_nearest_names():
    assert errors.look_up("scenario", "create_heavy", {"create_heavy": 1}) == 1
    with pytest.raises(errors.UsageError, match="there is no scenario 'create_hevy'; did you mean create_heavy"):
        errors.look_up("scenario", "create_hevy", {"create_heavy": 1, "balanced": 2})
