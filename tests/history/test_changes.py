import pytest

from find_mem_leaks.history.changes import changed
from find_mem_leaks.history.panels import Cell, Commit


def made(verdict, rate=None, scenario="read_heavy"):
    record = {"verdict": verdict, "bytes_per_operation": rate, "interval": None}
    return Cell("sync_session", scenario, "plain.SyncSession", record, "x.json")


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
    [line] = lines([made(old, 5.0)], [made(new, 5.0)])
    assert line.startswith("sync_session read_heavy: ")
    assert line.index(old) < line.index("→") < line.rindex(new)


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


def test_cells_that_only_one_commit_has_are_no_change():
    assert lines([made("clean")], [made("leaking", 5.0, "create_heavy")]) == []
    assert lines([], [made("leaking", 5.0)]) == []
    assert lines([made("leaking", 5.0)], []) == []
