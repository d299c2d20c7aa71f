import pytest
from rich.console import Console

from cells import cell, failed
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import terminal


def printed(*cells, width=terminal.FILE_WIDTH, **settings):
    to = Console(width=width, highlight=False, **settings)
    with to.capture() as captured:
        terminal.render(cells, to)
    return captured.get()


def test_nothing_measured_is_said():
    assert printed() == "nothing was measured\n"


def test_the_table_the_remarks_and_the_summary_come_in_this_order():
    text = printed(cell(), cell(16, scenario="read_heavy"), failed(scenario="create_heavy"))
    places = [text.index(words) for words in ("┏", "❌ sqlalchemy2x_sync_session read_heavy: ", "3 cells: ")]
    assert places == sorted(places)


def test_stacks_are_kept_apart():
    assert printed(cell(), cell(scenario="read_heavy")).count("├") == 0
    assert printed(cell(), cell(stack="sqlalchemy2x_other")).count("├") == 1


def test_own_files_have_a_table_of_their_own_under_a_heading():
    text = printed(cell(stack="mine", file="mine.py"), cell())
    assert text.index("sqlalchemy2x_sync_session") < text.index("Own workloads") < text.index("mine")
    assert text.count("┏") == 2
    assert "Own workloads" not in printed(cell())


def test_on_a_narrow_terminal_nothing_is_cut():
    text = printed(cell(16), width=60)
    assert "…" not in text


def test_every_verdict_has_a_style_and_only_a_terminal_sees_it():
    assert terminal.STYLES.keys() == set(Verdict)
    assert "\x1b[" not in printed(cell(16))
    assert "\x1b[1;31m❌ leaking" in printed(cell(16), force_terminal=True, color_system="standard", no_color=False)


def test_text_of_others_is_no_markup():
    assert "[red]mine" in printed(cell(stack="[red]mine"))


@pytest.mark.parametrize("columns", ["20", "80"])
def test_a_file_is_as_wide_as_need_be(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal.console().width == terminal.FILE_WIDTH


def test_the_title_of_a_table_is_no_markup():
    to = Console(width=80)
    with to.capture() as captured:
        to.print(terminal.table(["a"], ["a"], "tests/test_it.py [/items]"))
    assert "[/items]" in "".join(captured.get().split())
