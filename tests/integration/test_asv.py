"""The history from a commit to the site: airspeed velocity run in a repository of its own, its site in Chromium."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
PARTS = ("src", "benchmarks", "pyproject.toml", "asv.conf.json", "README.md", "LICENSE", "CHANGELOG.md")
STACK = "src/find_mem_leaks/measured/stacks/sync_session.py"
# Its list grows by 8 bytes an operation more.
LEAK = """

_kept: list = []


def _keeping(operation):
    def call(self, *arguments):
        _kept.append(bytes(59))
        return operation(self, *arguments)

    return call


for _name in ("create", "read", "update", "delete"):
    setattr(Stack, _name, _keeping(getattr(Stack, _name)))
"""
FIGURES = r"plain\.SyncSession\.(track_leaked|track_blocks|track_limit|peakmem_process)\('balanced'"
HERE, OTHER = "SQLALCHEMY2.0", "SQLALCHEMY1.4"


def call(folder, *words, codes=(0,)):
    """What a command printed; it ends with one of these codes."""
    variables = {"HOME": str(folder), "FIND_MEM_LEAKS_PROFILE": "quick", "GIT_CONFIG_GLOBAL": os.devnull}
    git = {f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    answer = subprocess.run(
        words, cwd=folder, env={**os.environ, **variables, **git}, capture_output=True, text=True, check=False
    )
    assert answer.returncode in codes, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def asv(folder, *words, codes=(0,)):
    return call(folder, sys.executable, "-m", "asv", *words, codes=codes)


def commit(folder, message):
    call(folder, "git", "add", "-A")
    call(folder, "git", "commit", "-q", "--allow-empty", "-m", message)
    return call(folder, "git", "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A repository with this tree as its first commit, measured in one series of SQLAlchemy."""
    made = tmp_path_factory.mktemp("asv")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, made / part)
    configuration = json.loads((made / "asv.conf.json").read_text())
    configuration["matrix"]["env"]["SQLALCHEMY"] = ["2.0"]
    (made / "asv.conf.json").write_text(json.dumps(configuration))
    (made / ".gitignore").write_text(".asv/\n.asv-machine.json\n__pycache__/\n.cache/\n.local/\n.npm/\n")
    call(made, "git", "init", "-q", "-b", "main")
    commit(made, "A tree")
    asv(made, "machine", "--yes", "--machine", "here")
    return made


@pytest.fixture(scope="module")
def history(folder):
    """Three commits: the second changes nothing, the third leaks; what asv said of both steps."""
    (folder / "README.md").write_text("Read me.\n")
    same = commit(folder, "Change nothing that runs")
    with (folder / STACK).open("a") as file:
        file.write(LEAK)
    leak = commit(folder, "Leak")
    measured = ("--machine", "here", "-b", FIGURES)
    regressed = asv(folder, "continuous", *measured, "main~1", "main", codes=(1,))
    asv(folder, "run", *measured, "main~2^!")
    unchanged = asv(folder, "compare", "--machine", "here", "--split", "main~2", "main~1")
    return SimpleNamespace(folder=folder, same=same, leak=leak, unchanged=unchanged, regressed=regressed)


@pytest.fixture(scope="module")
def html(history):
    """The published site; its other series is a copy of the first."""
    asv_folder = history.folder / ".asv"
    for file in (asv_folder / "results" / "here").glob(f"*{HERE}.json"):
        result = json.loads(file.read_text().replace(HERE, OTHER))
        result["env_vars"]["SQLALCHEMY"] = "1.4"
        file.with_name(file.name.replace(HERE, OTHER)).write_text(json.dumps(result))
    for environment in (asv_folder / "leaks").glob(f"*/*{HERE}"):
        shutil.copytree(environment, environment.with_name(environment.name.replace(HERE, OTHER)))
    asv(history.folder, "publish")
    return asv_folder / "html"


def test_a_commit_that_changes_nothing_is_no_regression(history):
    assert "Benchmarks that have stayed the same:" in history.unchanged
    assert "Benchmarks that have got worse:" not in history.unchanged


def test_a_commit_that_leaks_is_a_regression_of_about_its_size(history):
    assert "PERFORMANCE DECREASED" in history.regressed
    [line] = [line for line in history.regressed.splitlines() if "track_leaked" in line and line.startswith("|")]
    assert float(line.split("|")[2]) == 0
    figures = json.loads(
        next((history.folder / ".asv/results/here").glob(f"{history.leak[:8]}*{HERE}.json")).read_text()
    )
    assert figures["results"]["plain.SyncSession.track_leaked"][0][0] == pytest.approx(104, rel=0.1)


def test_the_whole_record_is_kept_with_its_culprit(history):
    [file] = (history.folder / ".asv" / "leaks" / history.leak).rglob("*.json")
    record = json.loads(file.read_text())["cells"][0]
    assert record["verdict"] == "leaking"
    assert record["culprits"][0]["stack"][0]["file"].endswith("stacks/sync_session.py")


def test_the_environment_has_the_series_and_no_numpy(history):
    [python] = (history.folder / ".asv" / "env").glob("*/bin/python")
    code = (
        "from importlib.metadata import distributions as d; print({x.metadata['Name'].lower(): x.version for x in d()})"
    )
    found = call(history.folder, str(python), "-c", code)
    assert "'sqlalchemy': '2.0." in found
    assert "'numpy'" not in found


def test_regressions_and_the_feed_name_the_leak(history, html):
    regressions = json.loads((html / "regressions.json").read_text())["regressions"]
    names = {name for name, *_ in regressions}
    assert "plain.SyncSession.track_leaked('balanced')" in names
    assert not [name for name in names if "track_limit" in name]
    assert "plain.SyncSession.track_leaked" in (html / "regressions.xml").read_text()


def test_a_shallow_clone_does_not_publish_an_empty_site(history, html, tmp_path):
    shallow = tmp_path / "shallow"
    call(history.folder, "git", "clone", "-q", "--depth", "1", history.folder.as_uri(), str(shallow))
    shutil.copytree(history.folder / ".asv" / "results", shallow / ".asv" / "results")
    for file in (shallow / ".asv" / "results" / "here").glob(f"{history.leak[:8]}*"):
        file.unlink()
    said = asv(shallow, "publish", codes=(1,))
    assert "no graph was drawn" in said
    assert "git fetch --unshallow" in said


def test_the_page_of_leaks_leads_from_the_matrix_to_the_culprit_and_to_the_graph(page, site):
    page.goto(site)
    expect(page.get_by_role("heading", level=2)).to_have_text([re.compile("SQLAlchemy 2.0")] * 2)
    expect(page.locator(".changes li").first).to_contain_text("sync_session balanced: ✔ clean")
    page.locator(".cell.leaking").last.click()
    detail = page.get_by_role("dialog")
    expect(detail).to_contain_text("stacks/sync_session.py")
    expect(detail).to_contain_text("Where it leaks")
    detail.get_by_role("link", name="growth", exact=True).click()
    expect(page.locator("#title")).to_contain_text("track_leaked")
    expect(page.locator("#main-graph canvas").first).to_be_visible()
    page.go_back()
    expect(detail).to_be_visible()


def test_graphs_are_drawn_and_the_selector_of_the_series_works(page, site):
    page.goto(f"{site}#plain.SyncSession.track_leaked?p-scenario=%27balanced%27&env-SQLALCHEMY=2.0")
    graph = "$('#main-graph').data('plot')"
    page.wait_for_function(f"globalThis.$ && {graph} && {graph}.getData().length > 0")
    lines = page.evaluate(f"{graph}.getData().length")
    drawn = page.evaluate(f"{graph}.getData().flatMap(line => line.data.map(point => point[1]))")
    assert drawn[:-1] == [0, 0]
    assert drawn[-1] == pytest.approx(104, rel=0.1)
    chosen = page.locator("#graphdisplay-navigation a.active", has_text=re.compile(r"^(1\.4|2\.0)$"))
    expect(chosen).to_have_text("2.0")
    page.locator("#graphdisplay-navigation a", has_text=re.compile(r"^1\.4$")).click()
    expect(chosen).to_have_text(["1.4", "2.0"])
    page.wait_for_function(f"{graph}.getData().length === {2 * lines}")


def test_the_grid_the_list_and_the_regressions_are_shown(page, site):
    page.goto(f"{site}#/")
    expect(page.locator("#summarygrid-display a").first).to_be_visible()
    page.goto(f"{site}#/summarylist")
    expect(page.locator("#summarylist-body tr", has_text="SyncSession.track_leaked").first).to_be_visible()
    page.goto(f"{site}#/regressions")
    expect(page.locator("#regressions-body tr", has_text="plain.SyncSession.track_leaked").first).to_be_visible()
