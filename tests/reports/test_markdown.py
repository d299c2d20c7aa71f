import pytest

from cells import cell, culprit, failed
from find_mem_leaks.reports import markdown


def test_markdown_begins_with_where_the_leaking_cells_leak():
    leaking = cell(16, culprits=(culprit(holder="dict <SEEN>"),))
    lines = markdown.render([cell(), leaking]).splitlines()
    where = "1,033 B/op at app.py:12 in handler, held by dict &lt;SEEN&gt;"
    assert lines[0] == rf"- ❌ sqlalchemy2x\_sync\_session balanced: {where}"
    assert lines[1] == ""
    assert lines[2].startswith("| Stack |")
    assert not any("   at " in line for line in lines)


def test_markdown_without_culprits_begins_with_the_table():
    assert markdown.render([cell(16)]).startswith("| Stack |")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", "a\\|b"),
        ("\\*a", "\\\\\\*a"),
        ("<&>", "&lt;&amp;&gt;"),
        ("_a_*b*`c`", "\\_a\\_\\*b\\*\\`c\\`"),
        ("", ""),
        ("plain 1.5", "plain 1.5"),
    ],
)
def test_what_markdown_would_take_for_markup_is_escaped(text, escaped):
    assert markdown.escape(text) == escaped


def test_a_line_of_a_table_has_its_cells_between_bars():
    assert markdown.line(["a", "b"]) == "| a | b |"
    assert markdown.line([""]) == "|  |"


def test_every_line_of_the_table_has_as_many_cells_as_its_head():
    hostile = cell(16, stack="a|b", scenario="c|d")
    table = [line for line in markdown.render([cell(), hostile, failed()]).splitlines() if line.startswith("|")]
    assert len(table) == 2 + 3
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1


def test_a_cell_that_is_clean_has_no_note_and_one_that_failed_has_its_reason():
    assert "\n- " not in markdown.render([cell()])
    assert "\n- 💥 " in markdown.render([cell(), failed()])
    assert "killed by SIGKILL" in markdown.render([failed()])


def test_own_files_stand_under_a_heading_of_their_own():
    text = markdown.render([cell(stack="leak_x", file="leak_x.py"), cell()])
    assert text.index("sqlalchemy2x") < text.index("### Own workloads") < text.index("| leak")
    assert "### leak" not in text
