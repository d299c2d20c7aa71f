import pytest
from tests_of_the_verdict import BEGIN, END, PAGE, written

from find_mem_leaks.judging.statements import statements


def test_the_page_has_the_tests_as_the_code_has_them():
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run python scripts/tests_of_the_verdict.py"
    for test in statements().values():
        assert f"| {test.asks} | {test.figure} | at " in page


def test_what_stands_around_the_tests_is_kept():
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    again = written(page)
    assert again.startswith(f"before\n{BEGIN}\n")
    assert again.endswith(f"{END}\nafter\n")
    assert "\nold\n" not in again


def test_a_page_without_a_place_for_them_is_refused():
    with pytest.raises(ValueError, match="lacks the comments"):
        written("nothing")
