import pytest

from cells import cell, failed
from find_mem_leaks.reports import progress
from find_mem_leaks.reports.progress import NORMAL, QUIET, VERBOSE, Board


def measured(verbosity, found):
    with Board(1, verbosity) as board:
        board.began(0, "sync_session balanced", 10_000)
        for operations in (10, 5_000, 10_000):
            board.went_on(0, operations)
        board.ended(0, found)


@pytest.mark.parametrize("verbosity", [QUIET, NORMAL])
def test_where_there_is_no_terminal_nothing_is_printed(verbosity, capsys):
    measured(verbosity, cell())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("found", "words"), [(cell(16), "leaking 16.0 B/op in 12.3 s; "), (failed(), "failed in 12.3 s; killed by SIGKILL")]
)
def test_a_verbose_board_prints_a_line_for_each_cell_on_standard_error(found, words, capsys):
    measured(VERBOSE, found)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"{found.stack} {found.scenario}: {words}" in err


def test_a_reason_in_brackets_is_no_markup(capsys):
    measured(VERBOSE, failed(reason="[bold]KeyError[/]: 'a'"))
    assert "[bold]KeyError[/]: 'a'" in capsys.readouterr().err


def test_cells_that_run_at_once_have_a_line_each_until_they_end():
    with Board(2, NORMAL) as board:
        board.began(0, "a", None)
        board.began(1, "b", 100)
        lines = [task.description for task in board._bar.tasks]
        board.ended(1, cell())
        left = [(task.description, task.completed) for task in board._bar.tasks]
    assert lines == ["all cells", "a", "b"]
    assert left == [("all cells", 1), ("a", 0)]


def test_a_line_is_drawn_anew_only_now_and_then(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with Board(1, QUIET) as board:
        board.began(0, "a", 1_000)
        done = []
        for seconds in (0.05, 0.1, 0.1, 0.5):
            now[0] += seconds
            board.went_on(0, round(100 * (now[0] - 100)))
            done.append(board._bar.tasks[1].completed)
        board.ended(0, cell())
    assert done == [0, 0, 25, 75]


def test_names_of_tests_in_brackets_are_no_markup(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    board = Board(1, NORMAL)
    board._bar.disable = False
    with board:
        board.began(0, "test_get[/items]", 10)
        board._bar.refresh()
