import pytest

from cells import cell
from find_mem_leaks.history.changes import cause, changed, steps
from find_mem_leaks.history.commits import LOCKED, NEWEST, Commit, History, Measured
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.verdict import Verdict


def made(verdict, rate=None, scenario="read_heavy", **changes):
    judged = {"verdict": Verdict(verdict), "bytes_per_operation": rate, "interval": None, "scenario": scenario}
    return Measured(cell(**judged, **changes), "plain.SyncSession")


def lines(before, after):
    return list(changed(Commit("a", "a", tuple(before)), Commit("b", "b", tuple(after))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("clean", "leaking"),
        ("leaking", "clean"),
        ("clean", "failed"),
        ("inconclusive", "bounded"),
        ("failed", "leaking"),
    ],
)
def test_a_verdict_that_turned_is_a_change(old, new):
    [step] = lines([made(old, 5.0)], [made(new, 5.0)])
    assert step.new.key == ("sync_session", "read_heavy")
    assert step.turn.index(old) < step.turn.index("→") < step.turn.rindex(new)


@pytest.mark.parametrize(
    ("old", "new"), [("clean", "bounded"), ("bounded", "clean"), ("failed", "failed"), ("inconclusive", "inconclusive")]
)
def test_verdicts_that_say_the_same_are_no_change(old, new):
    assert lines([made(old)], [made(new)]) == []


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [(100, 119, 0), (100, 121, 1), (121, 100, 1), (100, 84, 0), (None, 100, 1), (None, None, 0)],
)
def test_a_leak_is_changed_by_more_than_a_fifth(old, new, count):
    assert len(lines([made("leaking", old)], [made("leaking", new)])) == count


@pytest.mark.parametrize(("old", "new", "count"), [(0.5, 5.0, 1), (0.5, 0.55, 0)])
def test_a_leak_of_things_is_changed_by_how_many_there_are_and_not_by_bytes(old, new, count):
    convicted = {"convicted_by": ("threads",)}
    cells = [
        made("leaking", bytes_, growth={"threads": Interval(rate, rate, rate)}, **convicted)
        for bytes_, rate in ((0.01, old), (0.05, new))
    ]
    assert len(lines(cells[:1], cells[1:])) == count
    assert len(lines(cells[:1], [made("leaking", 100)])) == 1


def test_cells_that_only_one_commit_has_are_no_change():
    assert lines([made("clean")], [made("leaking", 5.0, "create_heavy")]) == []
    assert lines([], [made("leaking", 5.0)]) == []
    assert lines([made("leaking", 5.0)], []) == []


KEY = ("sync_session", "read_heavy")


def commit(name, verdict, place=0, **packages):
    cells = (made(verdict, packages=packages),) if verdict else ()
    return Commit(name * 40, name, cells, "2026-01-31", place)


def history(*commits, line=LOCKED, beside=None):
    *earlier, newest = commits
    return History("py-2.0", "leaks", newest, tuple(earlier), line=line, beside=beside)


def why(found):
    return [cause(found, step) for step in steps(found, KEY)]


def test_a_step_between_equal_packages_is_the_commits():
    assert why(history(commit("a", "clean", 1, anyio="4.0"), commit("b", "leaking", 2, anyio="4.0"))) == ["commit b"]


def test_a_step_over_commits_that_were_not_measured_is_of_any_of_them():
    assert why(history(commit("a", "clean", 1), commit("b", "leaking", 4))) == ["one of 3 commits up to b"]


def test_a_cell_that_a_commit_lacks_is_compared_with_the_commit_before():
    found = history(commit("a", "clean", 1), commit("b", None, 2), commit("c", "leaking", 3))
    assert why(found) == ["one of 2 commits up to c"]


MOVED = {"sqlalchemy": "2.0.43", "aiosqlite": "0.20"}, {"sqlalchemy": "2.0.44", "aiosqlite": "0.21"}
WORDS = "sqlalchemy 2.0.43 → 2.0.44, aiosqlite 0.20 → 0.21"


@pytest.mark.parametrize(
    ("locked", "expected"),
    [
        (("clean", "clean"), WORDS),
        (("clean", "leaking"), "commit b"),
        (("clean", None), f"commit b, or {WORDS}"),
        ((None, "leaking"), f"commit b, or {WORDS}"),
    ],
)
def test_a_step_of_the_newest_packages_is_theirs_unless_the_locked_line_shows_it_too(locked, expected):
    beside = history(commit("a", locked[0], 1), commit("b", locked[1], 2))
    newest = history(
        commit("a", "clean", 1, **MOVED[0]), commit("b", "leaking", 2, **MOVED[1]), line=NEWEST, beside=beside
    )
    assert why(newest) == [expected]


def test_without_a_locked_line_it_may_be_either():
    newest = history(commit("a", "clean", 1, **MOVED[0]), commit("b", "leaking", 2, **MOVED[1]), line=NEWEST)
    assert why(newest) == [f"commit b, or {WORDS}"]


def test_a_step_where_the_lock_file_itself_was_renewed_may_be_either():
    beside = history(commit("a", "clean", 1, h11="0.15"), commit("b", "leaking", 2, h11="0.16"))
    assert why(beside) == ["commit b, or h11 0.15 → 0.16"]
    newest = history(
        commit("a", "clean", 1, **MOVED[0]), commit("b", "leaking", 2, **MOVED[1]), line=NEWEST, beside=beside
    )
    assert why(newest) == ["commit b, or h11 0.15 → 0.16"]


def test_where_packages_are_not_locked_nothing_is_said():
    assert why(history(commit("a", "clean", **MOVED[0]), commit("b", "leaking", **MOVED[1]), line="")) == [""]


def test_a_package_that_only_one_commit_tells_of_has_not_moved():
    assert why(history(commit("a", "clean", 1), commit("b", "leaking", 2, anyio="4.0"))) == ["commit b"]
