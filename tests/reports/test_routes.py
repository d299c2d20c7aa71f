"""The rows of routes, and the tables that have them: on the page and in Markdown."""

from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from cells import cell, culprit, failed
from deployed_of import deployed
from find_mem_leaks.judging.series import Child
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import markdown, matrix, overview, page, routes

SHOP = {"mix": None, "stack": "shop.main:app", "file": "shop.main:app"}
LEAKING = cell(1_030, scenario="POST /orders", culprits=(culprit(holder="list `kept` of module shop"),), **SHOP)
SKIPPED = failed(error=None, reason="answered 401 | no token", verdict=Verdict.SKIPPED, scenario="GET /me", **SHOP)


def rows(*cells):
    return routes.rows(matrix.items(cells))


def test_a_leaking_route_has_its_figures_its_line_and_its_holder():
    [row] = rows(LEAKING)
    assert row.figures == (
        "POST /orders",
        "❌ leaking",
        "–",
        "1,030",
        "0.0",
        "10,000",
        "app.py:12 in handler",
        "list `kept` of module shop",
    )


def test_peak_and_pace_are_those_of_the_process_that_nobody_looked_into():
    part = deployed()
    [row] = rows(replace(LEAKING, deployed=part))
    assert row.pace == f"{part.operations / part.seconds:,.0f}"
    assert row.peak == f"{part.peak / 2**20:.1f}"


def test_a_clean_route_has_what_was_ruled_out_and_one_that_was_not_measured_says_why():
    clean, skipped = rows(cell(scenario="GET /", interval=(-1.0, 0.974), **SHOP), SKIPPED)
    assert (clean.size, clean.line, clean.holder, clean.remark) == ("<0.97", "–", "–", "")
    assert (skipped.size, skipped.peak, skipped.pace) == ("–", "–", "–")
    assert skipped.remark == "answered 401 | no token"


def test_a_route_in_two_versions_says_which():
    names = [row.route for row in rows(LEAKING, replace(LEAKING, python="3.12.1"), SKIPPED)]
    assert names == ["POST /orders (Python 3.11.7)", "POST /orders (Python 3.12.1)", "GET /me"]


def test_what_each_worker_grew_by_is_told_beside_the_route():
    children = (Child(12, "worker 2", 500, 4_500), Child(11, "worker 1", 1_000, 3_000), Child(13, "tracker", 0, 9))
    shown = "worker 1 grew by 2,000 B, worker 2 grew by 4,000 B"
    of_workers = replace(LEAKING, children=children)
    assert routes.workers(of_workers) == shown
    assert routes.workers(LEAKING) == routes.workers(cell(children=children)) == ""
    assert f"<p>{shown}. {routes.OF_ONE}</p>" in page.render([of_workers], datetime(2026, 1, 2, tzinfo=UTC))
    to = Console(width=100)
    with to.capture() as captured:
        overview.render([of_workers], to)
    assert shown in captured.get()
    assert routes.OF_ONE in " ".join(captured.get().split())
    assert routes.OF_ONE in markdown.render([of_workers])
    assert routes.of_one([LEAKING]) == ""


def test_the_true_share_of_answers_is_told_and_the_others_by_their_statuses():
    mostly = replace(LEAKING, answers={"200": 1_999, "404": 1})
    every = replace(LEAKING, answers={"101": 5})
    led_away = replace(LEAKING, answers={"302": 7})
    assert [row.answered for row in rows(mostly)] == ["99%"]
    assert [row.answered for row in rows(every)] == ["100%"]
    assert [row.answered for row in rows(led_away)] == ["0%"]
    assert [routes.others(each) for each in (mostly, every, LEAKING)] == ["of 2,000 answers 1 of 404", "", ""]
    to = Console(width=100)
    with to.capture() as captured:
        overview.render([mostly], to)
    assert "of 2,000 answers 1 of 404" in captured.get()


def test_a_file_with_a_colon_in_its_path_is_no_application():
    assert matrix.is_route(LEAKING)
    assert not matrix.is_route(cell(file="/a:b/cache.py"))
    assert not matrix.is_route(cell())


def test_markdown_has_a_table_of_routes_under_the_name_of_the_application():
    text = markdown.render([cell(), LEAKING, SKIPPED])
    assert "### shop.main:app\n\n| Route | Verdict | 2xx | B/request | Peak MB | Requests/s | Line | Held by |" in text
    assert "| POST /orders | ❌ leaking | – | 1,030 | 0.0 | 10,000 | app.py:12 in handler |" in text
    assert "| GET /me | ➖ skipped | – | – | – | – | – | – |" in text
    assert "answered 401 \\| no token" in text


def test_the_page_has_a_row_for_each_route_and_no_matrix():
    text = page.render([LEAKING, SKIPPED], datetime(2026, 1, 2, tzinfo=UTC))
    assert '<table class="routes">' in text
    assert '<table class="matrix">' not in text
    assert '<td class="number" data-label="B/request">1,030</td>' in text
    assert "list `kept` of module shop" in text
    assert '<td class="remark" colspan="6">answered 401 | no token</td>' in text
    assert '<table class="routes">' not in page.render([cell()], datetime(2026, 1, 2, tzinfo=UTC))


def test_tests_have_a_table_of_their_file():
    test = {"mix": None, "stack": "tests/test_a.py", "file": "tests/test_a.py", "scenario": "test_b"}
    one = cell(test="tests/test_a.py::test_b", **test)
    assert routes.header(one)[:3] == ("Test", "Verdict", "B/call")
    assert routes.header(LEAKING)[:4] == ("Route", "Verdict", "2xx", "B/request")
    assert [panel.title for panel in matrix.panels(matrix.items([one, LEAKING]))] == [
        "shop.main:app",
        "tests/test_a.py",
    ]
    assert "| Test | Verdict | B/call |" in markdown.render([one])
