"""The page as a person meets it: opened from disk in headless Chromium."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from cells import cell, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks import commands, results
from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.reports import areas, columns

HOSTILE = "<script>alert(1)</script>"
LEAKING = "sqlalchemy2x_async_session.read_heavy"
OPERATION = Frame("operation", "/app/blog.py", 3)
CREATE = Frame("create", "/app/posts.py", 31)
CULPRITS = (
    Culprit((Frame("__init__", "/lib/state.py", 88), CREATE, OPERATION), 3.0, 2187.0, "InstanceState", None),
    Culprit((Frame("append", "/app/blog.py", 14), OPERATION), 1.0, 1033.0, "bytearray", "dict app.SEEN"),
)


@pytest.fixture(scope="module")
def cells():
    leaking = cell(3_220, stack="sqlalchemy2x_async_session", scenario="read_heavy", explained="2 places hold it all")
    named = {"mix": None, "sqlalchemy": None, "packages": {"sqlalchemy": None}, "file": f"/{HOSTILE}.py"}
    return [
        cell(),
        cell(16, scenario="read_heavy", truth="leaking"),
        replace(leaking, culprits=CULPRITS, deployed=deployed(python=30 * MEBIBYTE, kept_by_heap=20 * MEBIBYTE)),
        cell(stack="sqlalchemy1x_sync_session", sqlalchemy="1.4.54"),
        failed(stack="sqlalchemy1x_sync_session", sqlalchemy="1.4.54", scenario="read_heavy"),
        cell(40, stack=HOSTILE, scenario="operation", reason=HOSTILE, **named),
    ]


@pytest.fixture(scope="module")
def address(cells, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    results.write(folder / "r.json", cells)
    assert commands.call(["report", str(folder / "r.json"), "-o", str(folder)]) == 0
    return (folder / "index.html").as_uri()


@pytest.fixture
def open_page(browser, address):
    """Opens the page, at a cell if asked; in the end nothing may have been fetched, logged as wrong or thrown."""
    asked, wrong, contexts = [], [], []

    def open_it(at="", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"alert: {dialog.message}"))
        page.goto(f"{address}#{at}" if at else address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []
    assert {url.split("#")[0] for url in asked} == {address}


@pytest.fixture
def page(open_page):
    return open_page()


def drawn(page, name):
    """What a source of the figure holds, once it is there."""
    page.wait_for_function("globalThis.Bokeh?.documents[0]?.get_model_by_name('samples').data.operations.length > 0")
    return page.evaluate(
        "name => Object.fromEntries(Object.entries(Bokeh.documents[0].get_model_by_name(name).data)"
        ".map(([key, values]) => [key, [...values]]))",
        name,
    )


def rows(page):
    """The first column of the table's visible rows."""
    return page.locator(".flat tbody tr:visible th").all_inner_texts()


def test_a_matrix_cell_opens_with_the_figures_of_the_results_file(page, cells):
    page.get_by_label("leaking, 3,220 bytes per operation").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading", level=2)).to_have_text("sqlalchemy2x_async_session read_heavy")
    facts = dict(zip(dialog.locator("dt").all_inner_texts(), dialog.locator("dd").all_inner_texts(), strict=True))
    leaking = cells[2]
    assert facts["B/op"] == columns.significant(leaking.bytes_per_operation)
    assert facts["99 % interval"] == " to ".join(map(columns.significant, leaking.interval))
    assert facts["Operations"] == f"{leaking.operations:,}"
    for text in (leaking.reason, "2 places hold it all", "dict app.SEEN", "sqlalchemy 2.0.44", "sqlalchemy==2.0.44"):
        expect(dialog).to_contain_text(text)


def test_the_plot_has_the_readings_of_the_results_file(open_page, cells):
    page = open_page(LEAKING)
    samples = drawn(page, "samples")
    known = {sample.operations: sample for round_ in cells[2].rounds for sample in round_.samples}
    for operations, live, rss in zip(*(samples[name] for name in ("operations", "live", "rss")), strict=True):
        assert live * MEBIBYTE == pytest.approx(known[operations].live_bytes)
        assert rss * MEBIBYTE == pytest.approx(known[operations].rss)
    fit = drawn(page, "fit")
    slope = (fit["rate"][2] - fit["rate"][0]) / (fit["operations"][2] - fit["operations"][0]) * MEBIBYTE
    assert slope == pytest.approx(3_220, rel=1e-3)
    warm_up = page.evaluate("Bokeh.documents[0].get_model_by_name('warm-up').right")
    assert warm_up == cells[2].rounds[2].samples[-1].operations


def test_one_figure_serves_every_cell(open_page, cells):
    page = open_page(LEAKING)
    drawn(page, "samples")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=2, name="sqlalchemy1x_sync_session")).to_be_visible()
    flat = min(sample.live_bytes for sample in cells[3].series.samples()) / MEBIBYTE
    page.wait_for_function(
        "flat => Bokeh.documents[0].get_model_by_name('samples').data.live.every(live => live === flat)", arg=flat
    )
    assert page.evaluate("Bokeh.documents.length") == 1
    expect(page.locator("dialog [data-plot] canvas")).not_to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("dialog")).to_contain_text("Error: killed by SIGKILL")
    expect(page.locator("dialog [data-plot]")).to_have_count(0)


def test_enter_opens_a_focused_cell_and_escape_closes_it(page):
    cell_ = page.get_by_label("leaking, 16.0 bytes per operation")
    cell_.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("A control, known to be leaking: the verdict is as expected.")
    assert page.url.endswith("#sqlalchemy2x_sync_session.read_heavy")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"^[^#]*$"))
    expect(cell_).to_be_focused()


def test_an_address_opens_its_cell_and_going_back_closes_it(open_page, address):
    page = open_page()
    page.get_by_label("leaking, 16.0 bytes per operation").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(open_page("no-such-cell").get_by_role("dialog")).to_be_hidden()


def test_the_flame_graph_goes_from_the_operation_to_the_allocations(open_page):
    page = open_page(LEAKING)
    boxes = page.locator(".flame button")
    expect(boxes).to_have_text(
        ["operation (blog.py:3)", "create (posts.py:31)", "__init__ (state.py:88)", "append (blog.py:14)"]
    )
    widths = [box.bounding_box()["width"] for box in boxes.all()]
    assert widths[1] == pytest.approx(0.75 * widths[0], abs=2)
    assert widths[3] == pytest.approx(0.25 * widths[0], abs=2)
    boxes.nth(3).focus()
    expect(page.locator(".told")).to_have_text("append (/app/blog.py:14): 1,030 B/op (1 allocations/op)")
    assert boxes.nth(0).get_attribute("title") == "operation (/app/blog.py:3): 3,220 B/op (4 allocations/op)"


def test_the_stack_of_a_culprit_unfolds(open_page):
    page = open_page(LEAKING)
    page.get_by_text("Stack of 3").click()
    expect(page.get_by_text("create (/app/posts.py:31)", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1200])
def test_the_areas_lie_on_each_other_as_high_as_resident_memory(open_page, width):
    page = open_page(LEAKING, viewport={"width": width, "height": 844})
    whole = page.locator(".areas svg").bounding_box()
    boxes = [page.locator(f".areas .{key}").bounding_box() for key in ("base", "handed-out", "rest")]
    heights = [(whole["y"] + whole["height"] - box["y"]) / whole["height"] * 100 * (1 + areas.ROOM) for box in boxes]
    assert heights == pytest.approx([50, 80, 100], abs=0.5)
    assert [box["width"] for box in boxes] == pytest.approx([whole["width"]] * 3, abs=1)
    ticks = [tick.bounding_box() for tick in page.locator(".areas .along").all()]
    assert all(left["x"] + left["width"] < right["x"] for left, right in pairwise(ticks))
    assert ticks[-1]["x"] + ticks[-1]["width"] <= width


@pytest.mark.parametrize("width", [390, 1200])
def test_the_tests_of_a_verdict_unfold_and_fit(open_page, width):
    page = open_page(LEAKING, viewport={"width": width, "height": 844})
    test = page.get_by_role("dialog").get_by_text("The reading rises by more than a few objects.")
    expect(test).to_be_hidden()
    page.get_by_role("dialog").get_by_text("Tests of the verdict").click()
    expect(test).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("≥ 512")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width


def test_the_table_is_filtered_by_text_verdict_and_series(page, cells):
    assert len(rows(page)) == len(cells)
    page.get_by_label("Text").fill("ASYNC read")
    assert rows(page) == ["sqlalchemy2x_async_session"]
    expect(page.locator("output")).to_have_text("1 of 6 cells")
    page.get_by_label("Text").fill("")
    page.get_by_role("combobox", name="Verdict").select_option("failed")
    assert rows(page) == ["sqlalchemy1x_sync_session"]
    page.get_by_role("combobox", name="Verdict").select_option("")
    page.get_by_role("combobox", name="Series").select_option("SQLAlchemy 2.0")
    assert len(rows(page)) == 3


def test_a_header_sorts_by_its_figures_and_says_so(page):
    header = page.get_by_role("columnheader", name="B/op")
    figures = lambda: page.locator(".flat tbody td:nth-child(4)").all_inner_texts()  # noqa: E731
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert figures() == ["0.00", "0.00", "16.0", "40.0", "3,220", "–"]
    header.get_by_role("button").press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert figures() == ["3,220", "40.0", "16.0", "0.00", "0.00", "–"]
    page.get_by_role("columnheader", name="Stack").get_by_role("button").click()
    assert header.get_attribute("aria-sort") is None
    assert rows(page)[1] == "sqlalchemy1x_sync_session"


def test_a_workload_named_like_a_script_shows_as_that_text(page):
    expect(page.get_by_role("heading", name="Own workloads")).to_be_visible()
    assert HOSTILE in rows(page)
    page.get_by_label("leaking, 40.0 bytes per operation").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(f"{HOSTILE} operation")
    expect(dialog.locator(".verdict")).to_contain_text(HOSTILE)
    expect(dialog.locator(".command")).to_contain_text(f"'/{HOSTILE}.py'")
    drawn(page, "samples")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(open_page, scheme):
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_label("leaking, 3,220 bytes per operation").tap()
    drawn(page, "samples")
    assert page.evaluate("document.querySelector('dialog').scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(open_page, scheme):
    page = open_page(LEAKING, color_scheme=scheme)
    colours = page.evaluate(
        """() => [...document.querySelectorAll("body :is(a, p, th, td, dt, dd, li, small, span, button, b)")]
        .filter(at => at.checkVisibility() && at.innerText?.trim())
        .map(at => {
          let behind = at;
          const ground = () => getComputedStyle(behind).backgroundColor;
          while (behind.parentElement && ground() === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
          return [getComputedStyle(at).color, ground()];
        })"""
    )
    assert len(colours) > 50
    assert min(contrast(*pair) for pair in set(map(tuple, colours))) >= 4.5


def contrast(text, ground):
    """The ratio of two colours' luminances, as the Web Content Accessibility Guidelines define it."""
    high, low = sorted((luminance(text), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_prints(page):
    assert page.pdf().startswith(b"%PDF")


def test_the_data_in_the_page_is_what_was_written(page, cells):
    data = json.loads(page.locator("#data").text_content())
    assert len(data["cells"]) == len(cells)
