"""The plugin that writes the page of leaks into asv's site."""

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import asv
import pytest
from asv.util import UserError

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.history import records, site, vendored
from find_mem_leaks.history.suite import MISSING

INDEX = (Path(asv.__file__).parent / "www" / "index.html").read_text()
ENVIRONMENT = "virtualenv-py3.11-SQLALCHEMY2.0"
BENCHMARK = "plain.SyncSession.track_leaked"
DAY = 1_767_225_600_000


class Graphs(list):
    """asv's graphs, by the one benchmark that was measured."""

    def get_graph_group(self, benchmark):
        return self if benchmark == BENCHMARK else []


GRAPHS = Graphs([("graphs/plain", SimpleNamespace(params={"machine": "here"}))])
SUMMARIES = Graphs([("graphs/summary", SimpleNamespace(params={"summary": ""}))])


@pytest.fixture
def conf(tmp_path):
    html = tmp_path / "html"
    html.mkdir()
    (html / "index.html").write_text(INDEX)
    (tmp_path / "results").mkdir()
    return SimpleNamespace(
        html_dir=str(html), results_dir=str(tmp_path / "results"), leaks_dir=str(tmp_path / "leaks"), hash_length=8,
        branches=["main"], show_commit_url="#", project_url="#", project="It",
    )  # fmt: skip


def keep(conf, commit, *cells, stack="sync_session", environment=ENVIRONMENT, **more):
    folder = Path(conf.leaks_dir) / commit / environment
    folder.mkdir(parents=True, exist_ok=True)
    document = {**results.to_json(cells), "benchmark": "plain.SyncSession", **more}
    (folder / f"{stack}.json").write_text(json.dumps(document))


def publish(conf, revisions, tags=(), graphs=GRAPHS, benchmarks=()):
    repo = SimpleNamespace(get_tags=lambda: dict(tags), get_date=lambda _: DAY)
    site.Leaks.publish(conf, repo, {} if benchmarks is None else benchmarks, graphs, revisions)
    return plain((Path(conf.html_dir) / "leaks.html").read_text())


def plain(html):
    """A page without the marks at which names may be broken."""
    return html.replace("<wbr>", "")


def index_of(conf):
    return (Path(conf.html_dir) / "index.html").read_text()


def test_the_page_shows_the_newest_commit_against_the_one_before(conf):
    keep(conf, "a" * 40, cell(300))
    keep(conf, "b" * 40, cell())
    keep(conf, "c" * 40, cell(100))
    keep(conf, "d" * 40, cell(200))
    page = publish(conf, {"c" * 40: 9, "b" * 40: 5, "a" * 40: 1}, {"v1.0": "b" * 40})
    assert "Commit cccccccc of 2026-01-01" in page
    assert "Changed since v1.0" in page
    assert "<b>100</b>" in page
    assert "200" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "<b>300</b>" not in page


def test_the_leaks_are_the_first_tab(conf):
    publish(conf, {"c" * 40: 9})
    index = index_of(conf)
    assert index.index('id="nav-li-leaks"') < index.index('id="nav-li-"')
    assert '<a href="leaks.html">Leaks</a>' in index
    assert index.index('location.replace("leaks.html")') < index.index("jquery")


def test_a_cell_shows_the_last_30_commits_that_were_measured_with_verdict_and_bound(conf):
    commits = [f"{number:08d}" + "a" * 32 for number in range(33)]
    for number, commit in enumerate(commits):
        keep(conf, commit, cell(100 if number == 31 else 0))
    index = publish(conf, {commit: number for number, commit in enumerate(commits)})
    marks = re.findall(r'<i class="(\w+)" title="([^"]*)">', index)
    assert len(marks) == 30
    assert marks[-2:] == [
        ("leaking", "00000031, 2026-01-01: leaking, 100 B/op"),
        ("clean", "00000032, 2026-01-01: clean, under 0.01 B/op"),
    ]


def test_a_stack_that_the_newest_commit_lacks_keeps_its_row_and_one_never_measured_has_none(conf):
    keep(conf, "a" * 40, cell())
    keep(conf, "a" * 40, cell(stack="sqlalchemy2x_other_session"), stack="other_session")
    keep(conf, "b" * 40, cell())
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    rows = re.findall(r'<th scope="row">.*?</tr>', index, re.DOTALL)
    assert len(rows) == 2
    assert "other_session" in rows[1]
    assert 'title="bbbbbbbb, 2026-01-01: not measured"' in rows[1]


def test_the_records_shown_are_copied_into_the_site(conf):
    keep(conf, "c" * 40, cell(100))
    page = publish(conf, {"c" * 40: 9})
    folder = f"leaks/cccccccc/{ENVIRONMENT}"
    assert f'href="{folder}/index.html#sqlalchemy2x_sync_session.balanced"' in page
    details = (Path(conf.html_dir) / folder / "index.html").read_text()
    assert f'href="../../../{folder}/sync_session.json" download' in details
    assert results.read(Path(conf.html_dir) / folder / "sync_session.json") == [cell(100)]


def test_the_site_has_the_scripts_of_others_beside_it_and_its_page_names_no_other_server(conf):
    publish(conf, {"c" * 40: 9})
    assert vendored.foreign(index_of(conf)) == []
    assert (Path(conf.html_dir) / "vendor" / "jquery.min.js").exists()


def test_a_script_of_others_that_has_no_copy_is_warned_of(conf, monkeypatch):
    warned = []
    monkeypatch.setattr(site.log, "warning", warned.append)
    address = "https://code.jquery.com/jquery-4.0.0.min.js"
    Path(conf.html_dir, "index.html").write_text(INDEX.replace("https://code.jquery.com/jquery-3.3.1.min.js", address))
    publish(conf, {"c" * 40: 9})
    assert f'"{address}"' in index_of(conf)
    [line] = warned
    assert address in line


def test_a_benchmark_without_a_graph_is_not_on_the_site(conf):
    benchmarks = dict.fromkeys([BENCHMARK, "plain.Other.track_leaked"])
    publish(conf, {"c" * 40: 9}, benchmarks=benchmarks)
    assert list(benchmarks) == [BENCHMARK]


def test_a_page_that_is_not_asvs_is_not_patched():
    with pytest.raises(UserError, match="no place for the page of leaks"):
        site.patched("<html></html>")


def test_where_the_tool_is_not_installed_it_is_said_what_to_do(conf, monkeypatch):
    monkeypatch.setitem(sys.modules, "find_mem_leaks.history.page", None)
    with pytest.raises(UserError, match=r"the pages of leaks take .*: python -m pip install -e '.\[history\]'"):
        publish(conf, {"c" * 40: 9})


@pytest.mark.parametrize("graphs", [[], SUMMARIES])
def test_a_site_without_a_graph_is_an_error_that_says_what_to_do(conf, graphs, monkeypatch):
    with pytest.raises(UserError, match="nothing was measured yet"):
        publish(conf, {}, graphs=graphs)
    monkeypatch.setattr(site, "iter_results", lambda _: [SimpleNamespace(commit_hash="c" * 40)])
    with pytest.raises(UserError, match=r"of 1 measured commits none is on the branch main here.*unshallow"):
        publish(conf, {}, graphs=graphs)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"benchmark": "plain.Broken", "cells": [{"scenario": "a", "verdict": "<b>"}]}']
)
def test_a_damaged_record_is_left_out_and_the_others_shown(conf, text):
    keep(conf, "c" * 40, cell(100))
    (Path(conf.leaks_dir) / ("c" * 40) / ENVIRONMENT / "broken.json").write_text(text)
    assert "<b>100</b>" in publish(conf, {"c" * 40: 9})


def test_what_failed_without_a_record_is_shown(conf):
    keep(conf, "c" * 40, failed={"read_heavy": "no space left"})
    assert "sync_session read_heavy: no space left" in publish(conf, {"c" * 40: 9})
    assert "no space left" in (Path(conf.html_dir) / f"leaks/cccccccc/{ENVIRONMENT}/index.html").read_text()


def test_a_commit_that_could_not_be_measured_is_named_with_the_reason_until_it_is(conf):
    keep(conf, "b" * 40, cell())
    why = Path(conf.leaks_dir) / ("c" * 40) / ENVIRONMENT / f"sync_session{MISSING}"
    why.parent.mkdir(parents=True)
    why.write_text("needs Python <3.9")
    index = publish(conf, {"b" * 40: 1, "c" * 40: 9}, {"v2.0": "c" * 40})
    assert "Commit bbbbbbbb" in index
    assert "<li>v2.0: needs Python &lt;3.9</li>" in index
    keep(conf, "c" * 40, cell())
    Path(conf.html_dir, "index.html").write_text(INDEX)
    assert "needs Python" not in publish(conf, {"b" * 40: 1, "c" * 40: 9})


def test_an_environment_in_which_nothing_could_be_measured_has_no_panel(conf):
    why = Path(conf.leaks_dir) / ("c" * 40) / ENVIRONMENT / f"sync_session{MISSING}"
    why.parent.mkdir(parents=True)
    why.write_text("needs Python <3.9")
    assert "No record was kept" in publish(conf, {"c" * 40: 9})


def test_commits_link_to_where_github_shows_them(conf):
    site._link_commits(conf, {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b"})
    assert conf.show_commit_url == "https://github.com/a/b/commit/"
    assert conf.project_url == "https://github.com/a/b"
    conf.show_commit_url = "elsewhere/"
    site._link_commits(conf, {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "c/d"})
    assert conf.show_commit_url == "elsewhere/"


def test_without_github_nothing_is_linked(conf):
    site._link_commits(conf, {})
    assert conf.show_commit_url == "#"


NEWEST = "virtualenv-py3.11-PACKAGESnewest-SQLALCHEMY2.0"


def measured_in_lines(conf, monkeypatch):
    """Two lines of one series, at two commits, and a release that leaks: aiosqlite 0.21, which is not locked."""
    conf.install_newest = "pip install"
    for commit, environment, rate, aiosqlite in (
        ("a" * 40, ENVIRONMENT, 0, None),
        ("b" * 40, ENVIRONMENT, 0, "0.20"),
        ("a" * 40, NEWEST, 0, "0.20"),
        ("b" * 40, NEWEST, 100, "0.21"),
    ):
        packages = {"packages": {"aiosqlite": aiosqlite}} if aiosqlite else {}
        keep(conf, commit, cell(rate), environment=environment, **packages)
    results_of = [
        SimpleNamespace(env_name=ENVIRONMENT, env_vars={"SQLALCHEMY": "2.0"}),
        SimpleNamespace(env_name=NEWEST, env_vars={"SQLALCHEMY": "2.0", "PACKAGES": "newest"}),
    ]
    monkeypatch.setattr(records, "iter_results", lambda _: results_of)


def test_both_lines_of_a_series_are_shown_by_plain_names_the_locked_one_first(conf, monkeypatch):
    measured_in_lines(conf, monkeypatch)
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", index) == [
        "SQLAlchemy 2.0, Python 3.11.7, locked packages",
        "SQLAlchemy 2.0, Python 3.11.7, newest packages",
    ]


def test_records_of_before_there_were_lines_are_the_beginning_of_the_locked_one(conf, monkeypatch):
    measured_in_lines(conf, monkeypatch)
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    locked = index[index.index("locked packages</h2>") : index.index("newest packages</h2>")]
    assert "Nothing changed since aaaaaaaa." in locked
    assert len(re.findall(r'<i class="clean"', locked)) == 2


def test_a_step_of_a_release_names_it(conf, monkeypatch):
    measured_in_lines(conf, monkeypatch)
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    newest = index[index.index("newest packages</h2>") :]
    assert "→ ✘ leaking, 100 B/op <small>aiosqlite 0.20 → 0.21</small></li>" in newest
    assert "Unlike the locked packages" in newest
    assert "Newer than the locked packages: aiosqlite 0.20 → 0.21" in newest
    assert 'title="bbbbbbbb, 2026-01-01: leaking, 100 B/op; aiosqlite 0.20 → 0.21"' in newest


def test_a_cell_of_either_line_leads_to_its_own_graph(conf, monkeypatch):
    measured_in_lines(conf, monkeypatch)
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    chosen = dict.fromkeys(re.findall(r"track_leaked\?(env-[^\"]*)", index))
    assert list(chosen) == ["env-PACKAGES=%5Bnone%5D", "env-PACKAGES=newest"]


def test_where_packages_are_not_locked_there_are_no_lines(conf):
    keep(conf, "a" * 40, cell())
    assert "packages</h2>" not in publish(conf, {"a" * 40: 1})


def test_a_line_stands_beside_the_one_of_the_same_python(conf, monkeypatch):
    measured_in_lines(conf, monkeypatch)
    for commit in ("a" * 40, "b" * 40):
        keep(conf, commit, cell(400), environment="virtualenv-py3.10-SQLALCHEMY2.0", packages={"aiosqlite": "0.1"})
        keep(conf, commit, cell(400), environment="virtualenv-py3.13-SQLALCHEMY2.0", packages={"aiosqlite": "0.1"})
    index = publish(conf, {"a" * 40: 1, "b" * 40: 2})
    assert "Newer than the locked packages: aiosqlite 0.20 → 0.21" in index
    assert re.findall(r"(\w+) packages</h2>", index) == ["locked", "locked", "newest", "locked"]
