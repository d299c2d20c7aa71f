from dataclasses import replace
from pathlib import Path

import pytest

from cells import cell, culprit
from find_mem_leaks import commands, results
from find_mem_leaks.culprit import Frame
from find_mem_leaks.reports import github


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "app.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_culprit_below_the_current_directory_is_annotated_at_its_line(here):
    inside = culprit(str(here / "app.py"), holder="dict app.SEEN")
    leaking = cell(16, culprits=(inside, culprit("app.py", 14)))
    start = "::error file=app.py,line={},title=sqlalchemy2x_sync_session balanced leaks::"
    size = "handler: 1,033 B/op in `bytearray` objects (1.00 allocations/op)"
    assert github.render([leaking]).splitlines() == [
        start.format(12) + size + ", held by dict app.SEEN",
        start.format(14) + size,
    ]


@pytest.mark.parametrize("file", ["/usr/lib/python3/json/decoder.py", "../app.py", "<string>", "missing.py", ""])
def test_code_elsewhere_or_nowhere_is_not_annotated(here, file):
    assert github.render([cell(16, culprits=(culprit(file),))]) == ""


def test_where_a_library_leaks_the_line_that_calls_it_is_marked_once(here):
    library = "/venv/lib/python3.11/site-packages/metrics/core.py"
    frames = (Frame("labels", library, 40), Frame("order", str(here / "app.py"), 12), Frame("run", "/srv/serve.py", 3))
    inner = replace(culprit(library, 40, "labels"), stack=frames)
    assert "file=app.py,line=12,title=" in github.render([cell(16, culprits=(inner,))])
    both = github.render([cell(16, culprits=(culprit(str(here / "app.py")), inner))])
    assert both.count("::error") == 1


def test_a_library_below_the_current_directory_is_not_marked(here):
    folder = here / ".venv" / "lib" / "python3.11" / "site-packages"
    folder.mkdir(parents=True)
    (folder / "metrics.py").touch()
    assert github.render([cell(16, culprits=(culprit(str(folder / "metrics.py")),))]) == ""


def test_an_unknown_line_is_left_out(here):
    assert "file=app.py,title=" in github.render([cell(16, culprits=(culprit(line=0),))])


def test_a_leak_that_could_not_be_explained_is_an_error_of_no_file(here):
    reason = "where it leaks could not be told: killed by SIGSEGV"
    title = "title=sqlalchemy2x_sync_session balanced leaks"
    assert github.render([cell(16, explained=reason)]) == f"::error {title}::{reason}"
    partly = cell(16, culprits=(culprit("app.py"),), explained=reason, not_explained="killed by SIGSEGV")
    assert github.render([partly]).splitlines()[1] == f"::error {title}::{reason}"
    assert github.render([cell(0, explained=reason)]) == ""


def test_what_would_end_a_property_or_a_message_is_escaped(here):
    (here / "a,b:c%.py").touch()
    hostile = culprit("a,b:c%.py", function="f\r\n::error::g", kind="100 %: a, b")
    line = github.render([cell(16, stack="one:two,three", culprits=(hostile,))])
    assert len(line.splitlines()) == 1
    assert line.startswith("::error file=a%2Cb%3Ac%25.py,line=12,title=one%3Atwo%2Cthree balanced leaks::")
    assert line.endswith("f%0D%0A::error::g: 1,033 B/op in `100 %25: a, b` objects (1.00 allocations/op)")


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


def test_a_leak_without_a_line_is_an_error_of_no_file(here):
    leaking = cell(16)
    assert github.render([leaking]).endswith(f"leaks::{leaking.reason}")
