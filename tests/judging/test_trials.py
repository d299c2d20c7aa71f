from dataclasses import replace

from find_mem_leaks.judging.trials import AGAIN, NOISE, TELLING, Trial, compare

MB = 1_000_000


def trial(growth, change="x", **changes):
    return Trial(change, change, 1_000, 2.0, 1.5, 50 * MB + growth, growth, 60 * MB + growth, **changes)


def names(savings):
    return [each.trial.change for each in savings]


def test_what_saves_a_tenth_helps_the_most_first_and_the_rest_keeps_its_order():
    tried = [trial(700 * MB), trial(93 * MB, "a"), trial(695 * MB, "b"), trial(20 * MB, "c"), trial(669 * MB, "d")]
    found = compare(tried)
    assert names(found.helping) == ["c", "a"]
    assert [each.bytes for each in found.helping] == [680 * MB, 607 * MB]
    assert [(each.trial.change, each.bytes) for each in found.saving] == [("b", 5 * MB), ("d", 31 * MB)]
    assert found.costing == ()
    assert found.first == tried[0]
    assert found.is_telling


def test_less_than_what_differs_from_run_to_run_is_no_help():
    found = compare([trial(5 * MB), trial(5 * MB - NOISE, "as much"), trial(5 * MB - NOISE - 1, "more")])
    assert names(found.helping) == ["more"]
    assert names(found.saving) == []


def test_what_memory_grows_by_more_with_is_told_apart():
    found = compare([trial(50 * MB), trial(50 * MB + NOISE, "as much"), trial(50 * MB + NOISE + 1, "more")])
    assert names(found.costing) == ["more"]
    assert names(found.helping) == names(found.saving) == []


def test_a_second_run_as_it_is_says_what_differs_by_chance():
    tried = [trial(50 * MB), trial(42 * MB, "a"), trial(40 * MB, "b"), trial(59 * MB, "c"), trial(58 * MB, AGAIN)]
    found = compare(tried)
    assert found.noise == 8 * MB
    assert (names(found.helping), names(found.saving), names(found.costing)) == (["b"], [], ["c"])
    assert found.again == tried[-1]
    assert found.unsteadiness == 0
    assert compare([trial(100 * MB), trial(200 * MB, AGAIN)]).is_telling is False


def test_half_a_percent_of_much_growth_is_chance():
    found = compare([trial(1_000 * MB), trial(995 * MB, "a"), trial(994 * MB, "b"), trial(1_006 * MB, "c")])
    assert (names(found.saving), names(found.costing)) == (["b"], ["c"])


def test_speeds_are_unsteady_by_what_the_same_run_differs_by():
    slow, fast = replace(trial(0), seconds=4.0), trial(0, AGAIN)
    assert compare([slow, fast]).unsteadiness == 0.5
    assert compare([replace(fast, change="as_it_is"), replace(slow, change=AGAIN)]).unsteadiness == 0.5
    assert compare([slow]).unsteadiness == 0
    assert compare([slow, replace(fast, seconds=0.0)]).unsteadiness == 0
    assert compare([slow, replace(fast, error="killed by SIGKILL")]).again is None


def test_a_few_megabytes_do_not_tell_what_helps():
    """Trimming gave 4 MB of start-up back to a served stack that grew by 1."""
    assert not compare([trial(TELLING), trial(0, "a")]).is_telling
    assert compare([trial(TELLING + 1)]).is_telling


def test_what_failed_is_no_saving_and_without_the_first_run_nothing_is_compared():
    found = compare([trial(700 * MB), trial(0, "a", error="killed by SIGKILL")])
    assert (found.helping, found.saving, found.costing) == ((), (), ())
    assert compare([trial(0, error="killed by SIGKILL"), trial(1, "a")]) is None
    assert compare([]) is None


def test_the_pace_is_operations_a_second_and_none_where_none_were_carried_out():
    nothing = Trial("x", "x", error="not installed")
    assert (trial(0).pace, trial(0).cost) == (500, 0.0015)
    assert (nothing.pace, nothing.cost) == (0, 0)
