import pytest

from cells import cell
from find_mem_leaks.history.commits import Commit, History, Measured

KEY = ("sync_session", "balanced")


def measured(**changes):
    return Measured(cell(**changes), "plain.SyncSession", "x.json")


def history(*cells, **changes):
    return History("py-2.0", "leaks/v1/py-2.0", Commit("a" * 40, "v1", cells), **changes)


def test_a_cell_is_known_by_its_stack_without_the_series_and_its_scenario():
    assert measured().key == KEY
    assert measured().name == "sync_session balanced"
    assert Commit("a", "a", (measured(),)).by_key == {KEY: measured()}


def test_the_versions_of_the_lock_file_stand_over_those_of_the_record_and_a_missing_package_has_none():
    made = cell(packages={"peewee": "4.5", "greenlet": None})
    locked = {"h11": "0.16", "peewee": "4.6"}
    assert Commit("a", "a", (Measured(made, "plain.SyncSession", "x.json", locked),)).packages == {
        "peewee": "4.6",
        "h11": "0.16",
    }


def test_a_history_is_called_by_its_series_and_python_or_else_by_its_environment():
    assert history(measured()).title == "SQLAlchemy 2.0, Python 3.11.7"
    assert history(measured(), line="locked").title == "SQLAlchemy 2.0, Python 3.11.7, locked packages"
    assert history(measured(sqlalchemy=None)).title == "py-2.0"


def test_a_cell_that_the_newest_commit_lacks_is_taken_from_the_one_before_and_controls_come_last():
    control, older, newer = measured(stack="c", truth="clean"), measured(stack="a"), measured(stack="b")
    both = history(control, newer, earlier=(Commit("b" * 40, "v0", (older, newer)),))
    assert [each.cell.stack for each in both.latest.values()] == ["b", "a", "c"]
    assert both.previous == both.at("b" * 40)
    assert both.at("c" * 40) is None


@pytest.mark.parametrize(
    ("chosen", "every", "address"),
    [
        ({"env-SQLALCHEMY": "2.0"}, False, "?p-scenario=%27balanced%27&env-SQLALCHEMY=2.0"),
        ({"env-SQLALCHEMY": "2.0"}, True, "?env-SQLALCHEMY=2.0"),
        ({}, True, ""),
    ],
)
def test_a_graph_is_chosen_by_environment_and_scenario_or_shows_every_scenario(chosen, every, address):
    shown = history(measured(), chosen=chosen)
    assert shown.graph(measured(), "track_leaked", every=every) == f"index.html#plain.SyncSession.track_leaked{address}"
