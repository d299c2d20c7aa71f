"""The list of applications that others wrote: what is called for each, and the table of what came of them."""

import applications
from cells import cell
from find_mem_leaks.judging.verdict import Verdict

APPLICATION = applications.Application("shop", "shop_site:app", ["shop==1.0", "waitress"], ["GET /x"], ["--all"])


def test_the_list_names_modules_that_are_there_and_releases_that_are_pinned():
    known = applications.read()
    assert len(known) >= 10
    for each in known.values():
        module = each.target.split(":")[0]
        assert (applications.HERE / "sites" / f"{module}.py").exists() or not module.endswith("_site")
        assert "==" in each.packages[0]


def test_no_site_is_without_its_application():
    named = {each.target.split(":")[0] for each in applications.read().values()}
    assert {path.stem for path in (applications.HERE / "sites").glob("*.py")} <= named


def test_an_application_is_named_with_its_packages_requests_and_arguments(monkeypatch):
    monkeypatch.chdir(applications.HERE.parent)
    words = ["shop_site:app", "--app-dir", "scripts/sites", "--with", "shop==1.0", "--with", "waitress"]
    assert APPLICATION.words == [*words, "--request", "GET /x", "--all"]
    assert applications.Application("shop", "shop:app", ["shop"]).words == ["shop:app", "--with", "shop"]


def test_a_row_counts_routes_and_what_was_answered():
    cells = [
        cell(stack="shop:app", scenario="GET /a", verdict=Verdict.LEAKING, wall_seconds=10.0),
        cell(stack="shop:app", scenario="GET /b", verdict=Verdict.CLEAN, wall_seconds=4.0),
        cell(stack="shop:app", scenario="GET /c", verdict=Verdict.SKIPPED, wall_seconds=0.0),
        cell(stack="shop:app", scenario="GET /d", verdict=Verdict.FAILED, wall_seconds=1.0),
        cell(stack="shop:app", scenario="mixed", verdict=Verdict.LEAKING, wall_seconds=10.0),
    ]
    row = applications.row(applications.Outcome(APPLICATION, cells, 31.4, 2.2))
    counts = "1 clean, 1 leaking, 1 failed, 1 skipped"
    assert sorted(row.split(" | ")[3].split(", ")) == sorted(counts.split(", "))
    assert row.startswith("| shop 1.0 | 4 | 2 (50 %) | ")
    assert row.endswith("| `GET /a` | 31 | 7.0 | 2 |")
