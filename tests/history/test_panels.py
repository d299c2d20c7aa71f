import pytest

from find_mem_leaks.history import panels
from find_mem_leaks.history.panels import Cell, Commit, Panel
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.columns import PLAIN_SIGNS


def test_every_verdict_has_a_sign_of_its_own_that_needs_no_coloured_font():
    assert panels.SIGNS == PLAIN_SIGNS  # a verdict has one sign on every page
    assert panels.SIGNS.keys() == set(Verdict)
    assert len(set(panels.SIGNS.values())) == len(Verdict)
    assert all(len(sign) == 1 and ord(sign) < 0x2800 for sign in panels.SIGNS.values())


def made(verdict="clean", rate=0.0, interval=(-0.5, 0.5), **record):
    record = {"verdict": verdict, "bytes_per_operation": rate, "interval": interval, **record}
    return Cell("sync_session", "read_heavy", "plain.SyncSession", record, "x.json")


def panel(cell, **changes):
    return Panel(
        **{"name": "py-2.0", "newest": Commit("a" * 40, "v1", (cell,)), "earlier": (), "chosen": {}, **changes}
    )


@pytest.mark.parametrize(
    ("cell", "size", "said"),
    [
        (made("leaking", 1_234.5, (1_000, 1_500)), "1,234 B/op", "leaking, 1,234 B/op"),
        (made("leaking", None), "under 0.5 B/op", "leaking, under 0.5 B/op"),
        (made("clean"), "under 0.5 B/op", "clean, under 0.5 B/op"),
        (made("failed", None, None), "", "failed"),
    ],
)
def test_a_leaking_cell_has_its_growth_and_another_what_was_ruled_out(cell, size, said):
    assert cell.size == size
    assert cell.said == said


def test_a_cell_in_which_the_tool_itself_failed_has_a_verdict_and_no_figure():
    bare = Cell("a", "b", "c", {"verdict": "failed", "reason": "OSError"}, "x")
    assert (bare.rate, bare.truth, bare.size, bare.is_right) == (None, None, "", False)


@pytest.mark.parametrize(
    ("verdict", "truth", "is_right"),
    [("leaking", "leaking", True), ("clean", "leaking", False), ("bounded", "clean", True), ("clean", None, False)],
)
def test_a_control_is_right_if_it_is_judged_as_its_truth(verdict, truth, is_right):
    assert made(verdict, truth=truth).is_right is is_right


def test_a_panel_is_called_by_its_series_and_python_or_else_by_its_environment():
    assert panel(made(sqlalchemy="2.0.44", python="3.11.7")).title == "SQLAlchemy 2.0, Python 3.11.7"
    assert panel(made(sqlalchemy=None)).title == "py-2.0"


def test_an_address_has_nothing_that_needs_escaping():
    odd = Cell("a b/ü", "<s>", "c", {"verdict": "clean"}, "x")
    assert panel(odd).address(odd) == "py-2.0.a-b-.-s-"


def test_a_graph_is_chosen_by_environment_and_scenario_or_shows_every_scenario():
    cell = made()
    chosen = panel(cell, chosen={"env-SQLALCHEMY": "2.0"})
    assert chosen.graph(cell, "track_leaked") == (
        "#plain.SyncSession.track_leaked?p-scenario=%27read_heavy%27&env-SQLALCHEMY=2.0"
    )
    assert chosen.graph(cell, "track_leaked", every=True) == "#plain.SyncSession.track_leaked?env-SQLALCHEMY=2.0"
    assert panel(cell).graph(cell, "track_leaked", every=True) == "#plain.SyncSession.track_leaked"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (9.876, "9.88"), (-99.94, "-99.9"), (100, "100"), (1e6, "1,000,000")],
)
def test_figures_have_three_significant_digits(value, text):
    assert panels.figure(value) == text
