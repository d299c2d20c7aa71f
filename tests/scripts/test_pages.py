"""What scripts share that write pages: rows, and the place of a text between its marks."""

import pages
import pytest

MARKS = "<!-- begin -->", "<!-- end -->"


def test_a_text_takes_the_place_of_the_one_before_as_often_as_it_is_made():
    page = "before\n<!-- begin -->\nold\n<!-- end -->\nafter\n"
    once = pages.between(page, "first\n", MARKS)
    assert once == "before\n<!-- begin -->\n\nfirst\n\n<!-- end -->\nafter\n"
    assert pages.between(once, "second", MARKS) == once.replace("first", "second")


@pytest.mark.parametrize("page", ["# Page\n", "<!-- begin -->", "<!-- end -->"])
def test_a_page_without_a_place_for_it_is_told(page):
    with pytest.raises(SystemExit, match="the page has no lines <!-- begin --> and <!-- end -->"):
        pages.between(page, "text", MARKS)


def test_a_row_has_no_more_columns_than_fields():
    assert pages.row(["test_a[x|y]", 1]) == "| test_a[x\\|y] | 1 |"
    assert pages.rows([[1], [2]]) == "| 1 |\n| 2 |"


def test_a_page_is_written_as_a_whole_or_between_its_marks_and_printed(tmp_path, capsys):
    page = tmp_path / "page.md"
    pages.write("# Page\n\n<!-- begin --><!-- end -->\n\n", page)
    assert page.read_text() == "# Page\n\n<!-- begin --><!-- end -->\n"
    pages.write("text", page, MARKS)
    assert page.read_text() == "# Page\n\n<!-- begin -->\n\ntext\n\n<!-- end -->\n"
    pages.write("nowhere", None)
    assert capsys.readouterr().out.splitlines()[-1] == "nowhere"


def test_the_call_that_a_page_names_is_that_of_the_session_of_the_script(monkeypatch, tmp_path):
    monkeypatch.setattr(pages.sys, "argv", ["scripts/accuracy.py"])
    assert pages.parser("What it does.", tmp_path).parse_args([]).command == "nox -s accuracy"
    assert pages.parser("What it does.", tmp_path).parse_args([]).keep == tmp_path
