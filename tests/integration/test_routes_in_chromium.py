"""The table of an application's routes as a person meets it, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from cells import cell, culprit, failed
from find_mem_leaks import commands, results
from find_mem_leaks.judging.verdict import Verdict

SHOP = {"mix": None, "stack": "shop.main:app", "file": "shop.main:app"}
PLACE = "a/rather/long/folder/of/somebody/handlers_of_orders.py"
WHY = (
    "answered 404 to 'GET /orders/{i}': nothing has that path: give --request 'GET /orders/{id}' with values that exist"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    held = culprit(PLACE, holder="dict `registry` of `sessions` of module a.rather.long.package.of.somebody")
    cells = [
        cell(1_160, scenario="POST /orders", culprits=(held,), **SHOP),
        cell(scenario="GET /a-route/of-many/{parts}/and/{parameters}", **SHOP),
        failed(error=None, skipped=WHY, reason=WHY, verdict=Verdict.SKIPPED, scenario="GET /orders/{id}", **SHOP),
    ]
    results.write(folder / "r.json", cells)
    assert commands.call(["report", str(folder / "r.json"), "-o", str(folder)]) == 0
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("width", [400, 1200])
def test_each_route_has_its_figures_and_its_place_and_nothing_is_wider_than_the_screen(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    leaking, clean, skipped = page.locator(".routes tbody tr").all()
    for text in ("POST /orders", "leaking", "1,160", f"{PLACE}:12 in handler", "dict `registry` of `sessions`"):
        expect(leaking).to_contain_text(text)
    expect(clean.locator("[data-label='Requests/s']")).to_be_visible()
    expect(skipped).to_contain_text(WHY)
    leaking.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("steady growth over")
    page.close()
