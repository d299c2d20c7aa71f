from tests_of_the_verdict import PAGE, written

from find_mem_leaks.judging.statements import statements


def test_the_page_has_the_tests_as_the_code_has_them():
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run python scripts/tests_of_the_verdict.py"
    for test in statements().values():
        assert f"| {test.asks} | {test.figure} | at " in page
