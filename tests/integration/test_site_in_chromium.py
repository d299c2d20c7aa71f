"""The published site of a made-up history, served from its folder, in headless Chromium that reaches nothing else."""

import re

import long_history
import pytest
from playwright.sync_api import expect

from cells import cell
from find_mem_leaks import results
from site_in_browser import opened

COMMITS = 33
STACKS = ("sync_session", "fastapi_sync_session")


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history") / "repository"
    [record] = results.to_json([cell()])["cells"]
    stacks = [stack for stack in long_history.stacks() if stack.name in STACKS]
    long_history.write(folder, COMMITS, record, stacks)
    long_history.publish(folder)
    return folder / ".asv" / "html"


def test_the_page_of_leaks_opens_first_and_the_other_tabs_follow(page, site):
    page.goto(site)
    shown = page.get_by_role("heading", level=1, name="Leaks")
    expect(shown).to_be_visible()
    tabs = ["Leaks", "Benchmark grid", "Benchmark list", "Regressions", "find-mem-leaks"]
    expect(page.get_by_role("navigation", name="Site").get_by_role("link")).to_have_text(tabs)
    page.get_by_role("link", name="Benchmark grid").click()
    expect(page.locator("#summarygrid-display .benchmark-plot canvas").first).to_be_visible()
    page.get_by_role("link", name="Leaks", exact=True).click()
    expect(shown).to_be_visible()


def test_a_cell_has_the_verdicts_of_the_last_30_commits_in_order(page, site):
    page.goto(site)
    strip = page.locator(".strip").first
    titles = strip.locator("i").evaluate_all("marks => marks.map(mark => mark.title)")
    assert len(titles) == 30
    assert all(
        re.fullmatch(r"[0-9a-f]{8}, 2025-0\d-\d\d: (clean, under|leaking,) [\d.]+ B/op(; commit [0-9a-f]{8})?", one)
        for one in titles
    )
    days = [title[10:20] for title in titles]
    assert days == sorted(days)
    assert days[-1] == "2025-02-02"


def test_the_list_the_regressions_and_a_graph_are_shown(page, site):
    page.goto(f"{site}#/summarylist")
    expect(page.locator("#summarylist-body tr", has_text="SyncSession.track_leaked").first).to_be_visible()
    page.goto(f"{site}#/regressions")
    expect(page.locator("#regressions-body table").first).to_be_visible()
    page.goto(f"{site}#plain.SyncSession.track_limit?p-scenario=%27read_heavy%27")
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    page.wait_for_function("$('#main-graph').data('plot').getData().length > 0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_screen_nothing_lies_over_another_and_the_page_does_not_scroll_sideways(browser, site, scheme):
    with opened(browser, site, viewport={"width": 400, "height": 800}, color_scheme=scheme) as page:
        page.goto(site)
        heading = page.get_by_role("heading", level=1, name="Leaks")
        expect(heading).to_be_visible()
        below = page.get_by_role("navigation", name="Site").bounding_box()
        assert below["y"] + below["height"] <= heading.bounding_box()["y"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        paper = page.locator("body").evaluate("it => getComputedStyle(it).backgroundColor")
        assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}[scheme]
