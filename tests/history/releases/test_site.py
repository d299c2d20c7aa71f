"""The asv site of releases: what is written for asv, and which calls of it are made."""

import importlib.util
import json
import sys
from dataclasses import replace

import pytest

from courses import ORDER, course
from find_mem_leaks.history.releases import site as site_
from find_mem_leaks.history.releases.package_index import PYPI
from find_mem_leaks.history.releases.site import Site, SiteError, name_of
from find_mem_leaks.history.releases.suite import COMMITS
from find_mem_leaks.subjects.scenarios import SCENARIOS

HASHES = {"1.0": "a" * 40, "1.1": "b" * 40}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path, "thing", PYPI)


@pytest.fixture
def asv(monkeypatch, site):
    """The words of each call of asv, which takes up all that it is asked for, as if it had."""
    calls = []

    def call(self, *words):
        calls.append(words[0])
        if words[0] == "run":
            folder = self.folder / site_.RESULTS / "here"
            folder.mkdir(parents=True, exist_ok=True)
            for commit in (self.folder / site_.HASHES).read_text().split():
                (folder / f"{commit[: site_.HASH_LENGTH]}-env.json").write_text("{}")

    monkeypatch.setattr(Site, "_asv", call)
    monkeypatch.setenv("HOME", str(site.folder))
    return calls


def configured(site, **changes):
    wanted = course(**changes)
    site.configure(wanted, HASHES, ["releases", "thing"], site.folder / "outcomes" / wanted.key)
    return json.loads((site.folder / site_.CONFIGURATION).read_text())


def test_the_configuration_is_about_the_package_and_its_ledger(site):
    conf = configured(site)
    assert (conf["project"], conf["repo"], conf["pythons"]) == ("thing", site_.LEDGER, ["3.9"])
    assert conf["project_url"] == "https://pypi.org/project/thing/"
    assert json.loads((site.folder / COMMITS).read_text()) == {commit: version for version, commit in HASHES.items()}


def test_releases_of_another_index_link_nowhere(tmp_path):
    assert configured(Site(tmp_path, "thing", "http://localhost/simple"))["project_url"] == "#"


def test_the_benchmark_is_a_class_with_the_stack_the_scenario_and_a_version_of_its_own(site):
    configured(site)
    file = site.folder / site_.BENCHMARKS / f"{name_of(course())}.py"
    spec = importlib.util.spec_from_file_location("written", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.Work
    assert (found.stack, found.params, found.version) == ("work", ("operation",), course().content)
    assert found.courses["3.9"]["outcomes"] == f"outcomes/{course().key}"
    assert found.courses["3.9"]["call"] == ["releases", "thing"]


def test_a_second_python_is_added_to_the_first(site):
    configured(site)
    configured(site, version="3.12.1")
    kept = json.loads((site.folder / site_.BENCHMARKS / f"{name_of(course())}.json").read_text())
    assert kept.keys() == {"3.9", "3.12"}


@pytest.mark.parametrize("stack", ["3d.py", "ünï-cöde", "a b", "class", "/home/x/my-work.py", "_"])
def test_whatever_a_workload_is_called_the_benchmark_can_be_imported(site, stack):
    wanted = course(order=replace(ORDER, stack=stack, scenario=SCENARIOS["read_heavy"]))
    site.configure(wanted, HASHES, [], site.folder)
    [file] = [path for path in (site.folder / site_.BENCHMARKS).glob("*.py") if path.stem != "__init__"]
    assert file.stem == name_of(wanted)
    assert file.stem.isidentifier() or file.stem[0].isdigit()
    compile(file.read_text(encoding="utf-8"), str(file), "exec")


def test_asv_takes_up_each_commit_once_and_fresh_ones_again(site, asv):
    commits = list(HASHES.values())
    site.run(course(), commits, [])
    assert asv == ["machine", "run"]
    assert (site.folder / site_.HASHES).read_text().split() == commits
    site.run(course(), commits, [])
    assert asv == ["machine", "run"]
    site.run(course(), commits, commits[1:])
    assert (site.folder / site_.HASHES).read_text().split() == commits[1:]


def test_a_commit_whose_results_are_gone_is_taken_up_again(site, asv):
    site.run(course(), ["a" * 40], [])
    for file in (site.folder / site_.RESULTS).rglob("*.json"):
        file.unlink()
    site.run(course(), ["a" * 40], [])
    assert asv.count("run") == 2


def test_another_course_takes_up_the_same_commits_for_itself(site, asv):
    site.run(course(), ["a" * 40], [])
    site.run(course(package="other"), ["a" * 40], [])
    assert asv.count("run") == 2


def test_a_machine_that_asv_knows_is_not_asked_about_again(site, asv):
    (site.folder / ".asv-machine.json").write_text(json.dumps({site_.platform.node(): {}}))
    site.run(course(), ["a" * 40], [])
    assert asv == ["run"]


def test_only_releases_that_were_measured_stand_over_the_graphs(site, asv):
    site.html.mkdir()
    (site.html / "index.json").write_text(json.dumps({"tags": {"1.0": 1, "1.1": 2}, "other": 3}))
    site.run(course(), ["b" * 40], [])
    site.publish(HASHES)
    assert json.loads((site.html / "index.json").read_text()) == {"tags": {"1.1": 2}, "other": 3}


def calling(site, monkeypatch, code, says="", words=("publish",)):
    """asv, if it were a program that says something and ends."""
    script = site.folder / "asv.sh"
    script.write_text(f"#!/bin/sh\nprintf '{says}'\nexit {code}\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    site._asv(*words)


@pytest.mark.parametrize(("code", "words"), [(0, ("publish",)), (0, ("run",)), (2, ("run", "--bench", "x"))])
def test_what_asv_said_is_kept(site, monkeypatch, code, words):
    calling(site, monkeypatch, code, "said", words)
    assert (site.folder / f"asv-{words[0]}.log").read_text() == "said"


@pytest.mark.parametrize(
    ("code", "says", "words", "reason"),
    [
        (1, "first\\n  the last words \\n\\n", ("publish",), "asv publish failed: the last words"),
        (2, "", ("publish",), "asv publish failed: exit code 2"),
        (1, "", ("run",), "asv run failed: exit code 1"),
        (2, f"{site_.NO_FIGURES}\\n", ("run",), f"asv run failed: {site_.NO_FIGURES}"),
    ],
)
def test_asv_that_fails_is_one_line_with_its_last_words(site, monkeypatch, code, says, words, reason):
    with pytest.raises(SiteError) as caught:
        calling(site, monkeypatch, code, says, words)
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3"])
def test_a_damaged_note_of_what_was_taken_up_is_as_good_as_none(site, asv, text):
    (site.folder / site_.TAKEN).write_text(text)
    site.run(course(), ["a" * 40], [])
    assert json.loads((site.folder / site_.TAKEN).read_text()) == {course().key: ["a" * 40]}
