from pathlib import Path

import pytest

from cells import cell
from find_mem_leaks import commands, results
from find_mem_leaks.explaining.culprit import Culprit, Frame
from find_mem_leaks.reports import github, markdown
from find_mem_leaks.reports.columns import remarks


def culprit(file="app.py", line=12, function="handler", allocations=1.0, size=1033.0, kind="bytearray", holder=None):
    stack = (Frame(function, file, line), Frame("operation", file, 3))
    return Culprit(stack, allocations, size, kind, holder)


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "app.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_culprit_below_the_current_directory_is_annotated_at_its_line(here):
    inside = culprit(str(here / "app.py"), holder="dict app.SEEN")
    leaking = cell(16, culprits=(inside, culprit("app.py", 14)))
    start = "::error file=app.py,line={},title=sqlalchemy2x_sync_session 10000_operations leaks::"
    size = "handler: 1.00 allocations and 1,033 B per operation of bytearray"
    assert github.render([leaking]).splitlines() == [
        start.format(12) + size + ", held by dict app.SEEN",
        start.format(14) + size,
    ]


@pytest.mark.parametrize("file", ["/usr/lib/python3/json/decoder.py", "../app.py", "<string>", "missing.py", ""])
def test_code_elsewhere_or_nowhere_is_not_annotated(here, file):
    assert github.render([cell(16, culprits=(culprit(file),))]) == ""


def test_an_unknown_line_is_left_out(here):
    assert "file=app.py,title=" in github.render([cell(16, culprits=(culprit(line=0),))])


def test_what_would_end_a_property_or_a_message_is_escaped(here):
    (here / "a,b:c%.py").touch()
    hostile = culprit("a,b:c%.py", function="f\r\n::error::g", kind="100 %: a, b")
    line = github.render([cell(16, stack="one:two,three", culprits=(hostile,))])
    assert len(line.splitlines()) == 1
    assert line.startswith("::error file=a%2Cb%3Ac%25.py,line=12,title=one%3Atwo%2Cthree 10000_operations leaks::")
    assert line.endswith("f%0D%0A::error::g: 1.00 allocations and 1,033 B per operation of 100 %25: a, b")


def test_a_control_that_should_leak_is_no_error(here):
    assert github.render([cell(16, truth="leaking", culprits=(culprit(),))]) == ""
    assert github.render([cell(16, truth="clean", culprits=(culprit(),))]) != ""


def test_a_cell_that_does_not_leak_is_not_annotated(here):
    assert github.render([cell(culprits=(culprit(),))]) == ""


def test_show_prints_annotations_and_nothing_else(here, capsys):
    results.write(Path("r.json"), [cell(16, culprits=(culprit(),)), cell(scenario="read_heavy")])
    assert commands.call(["show", "r.json", "--format", "github"]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    results.write(Path("r.json"), [cell()])
    assert commands.call(["show", "r.json", "--format", "github"]) == 0
    assert capsys.readouterr().out == ""


def test_remarks_say_where_a_leaking_cell_leaks_but_not_more_than_three_places():
    many = tuple(culprit(line=line, holder="dict app.SEEN") for line in range(1, 6))
    lines = remarks([cell(16, culprits=many), cell(culprits=many)])
    assert len(lines) == 4
    assert lines[1] == (
        "   at app.py:1 in handler: 1.00 allocations and 1,033 B per operation of bytearray, held by dict app.SEEN"
    )


def test_one_allocation_in_a_thousand_operations_is_told_from_none():
    line = remarks([cell(16, culprits=(culprit(allocations=0.001, size=0.064, kind=None),))])[1]
    assert line == "   at app.py:12 in handler: 0.001 allocations and 0.064 B per operation"


def test_markdown_begins_with_where_the_leaking_cells_leak():
    leaking = cell(16, culprits=(culprit(holder="dict <SEEN>"),))
    lines = markdown.render([cell(), leaking]).splitlines()
    where = "1,033 B/op at app.py:12 in handler, held by dict &lt;SEEN&gt;"
    assert lines[0] == rf"- ❌ sqlalchemy2x\_sync\_session 10000\_operations: {where}"
    assert lines[1] == ""
    assert lines[2].startswith("| Stack |")
    assert not any("   at " in line for line in lines)


def test_markdown_without_culprits_begins_with_the_table():
    assert markdown.render([cell(16)]).startswith("| Stack |")
