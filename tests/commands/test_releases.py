"""``releases``: a package that leaks from one release to another, from an index on localhost."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from fake_index import CLEAN, LEAKS, RAISES, Index, installed, serving, wheel
from find_mem_leaks import commands, errors, runner
from find_mem_leaks.database_servers import kinds
from find_mem_leaks.history.releases import site
from find_mem_leaks.history.releases.package_index import VARIABLES
from find_mem_leaks.subjects.databases import Server

WORKLOAD = "import leaky_thing\n\n\ndef operation(i):\n    leaky_thing.work(i)\n"
NOWHERE = "http://127.0.0.1:9/simple"


def filled() -> Index:
    """Of leaky-thing: 1.1 begins to leak, 1.2 cannot be installed, 1.4 has it fixed, 1.5 is withdrawn."""
    index = Index()
    index.add(installed("psutil"))
    for day, (version, code) in enumerate(
        [
            ("1.0", CLEAN),
            ("1.1", LEAKS),
            ("1.2", LEAKS),
            ("1.3", LEAKS),
            ("1.4", CLEAN),
            ("1.5", LEAKS),
            ("2.0rc1", LEAKS),
        ]
    ):
        file = wheel("leaky_thing", version, code, ">=3.99" if version == "1.2" else ">=3.8")
        index.add(file, f"2024-01-{day + 1:02}T00:00:00Z", yanked=version == "1.5")
    for version in ("1.0", "1.1"):
        index.add(wheel("broken_thing", version, RAISES))
    return index


@pytest.fixture(scope="module")
def index():
    with serving(filled()) as served:
        yield served


def go_to(folder, index, patch):
    """Work in a folder, at home, with the workload in it; the index is the one that is set."""
    for name in VARIABLES:
        patch.delenv(name, raising=False)
    patch.setenv("PIP_INDEX_URL", index.url)
    patch.setenv("HOME", str(folder))
    patch.chdir(folder)
    Path("work.py").write_text(WORKLOAD)
    index.asked.clear()


@pytest.fixture
def here(tmp_path, index, monkeypatch):
    """An empty folder to work in."""
    go_to(tmp_path, index, monkeypatch)
    return tmp_path


@pytest.fixture(scope="module")
def measured(tmp_path_factory, index):
    """The folder in which all releases have been measured by the quick rules."""
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as patch:
        go_to(folder, index, patch)
        words = ["releases", "leaky-thing", "work.py", "--quick", "--no-site", "--yanked", "--pre", "-q"]
        assert commands.call(words) == errors.LEAK
    return folder


@pytest.fixture
def known(here, measured, monkeypatch):
    """The same in the folder to work in: nothing is measured again."""
    shutil.copytree(measured / ".asv", here / ".asv")
    monkeypatch.setattr(runner, "run", never)


@pytest.fixture
def releases(here, capsys):
    """Call the command, without a site unless it is wanted: its exit code, and what it said."""

    def call(*words, package="leaky-thing", site=False):
        quick = ["--quick", "-q", *([] if site else ["--no-site"])]
        code = commands.call(["releases", package, "work.py", *quick, *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def downloads(index):
    return {path.split("-")[1] for path in index.asked if "leaky_thing" in path}


def verdicts(out):
    return {one["release"]: one["verdict"] for one in json.loads(out)["releases"]}


def test_a_line_of_releases_is_a_table_and_a_site_that_takes_up_where_it_stopped(releases, index, here, monkeypatch):
    code, out, err = releases("--until", "1.1", "--json")
    assert (code, err) == (errors.LEAK, "")
    assert verdicts(out) == {"1.0": "clean", "1.1": "leaking"}
    assert downloads(index) == {"1.0", "1.1"}
    index.asked.clear()
    code, out, err = releases(site=True)
    assert (code, err) == (errors.CLEAN, "")
    assert "1.1 is the first release that leaks: 1.0 is clean, 1.1 leaks" in out
    assert "1.4 is the first release without the leak: 1.3 leaks" in out
    assert "n/a: 1.2: " in out
    assert "│ 1.5 (yanked) " in out
    assert "2.0rc1" not in out
    assert downloads(index) == {"1.2", "1.3", "1.4", "1.5"}
    folder = here / ".asv" / "releases" / "leaky-thing"
    check_site(folder)

    monkeypatch.setattr(runner, "run", never)
    monkeypatch.setattr(site.Site, "_asv", never_but_publish)
    assert releases(site=True)[0] == errors.CLEAN


def never(*words):
    raise AssertionError(f"{words} is done again")


def never_but_publish(site, *words):
    assert words == ("publish",)


def check_site(folder):
    """The site has the measured releases as tags, and a graph with the leaking ones."""
    assert "<li>1.2: " in (folder / "html" / "leaks.html").read_text()
    site = json.loads((folder / "html" / "index.json").read_text())
    assert site["params"]["python"] == [".".join(map(str, sys.version_info[:2]))]
    [graph] = [
        path for path in (folder / "html" / "graphs").rglob("*.track_leaked.json") if "summary" not in path.parts
    ]
    figures = dict(json.loads(graph.read_text()))
    assert {tag: bool((figures.get(place) or [0])[0]) for tag, place in site["tags"].items()} == {
        "1.0": False, "1.1": True, "1.2": False, "1.3": True, "1.4": False, "1.5": True,
    }  # fmt: skip


def test_bisecting_names_both_ends_and_steps_over_a_release_that_cannot_be_installed(known, releases, index):
    code, out, _ = releases("--until", "1.3", "--bisect")
    assert code == errors.LEAK
    first, *_, turn, effort = out.splitlines()
    assert first.startswith("1.0 is clean; 1.3 leaks ")
    assert "1.1 is the first release that leaks" in turn
    assert effort.startswith("looked at ")
    code, out, _ = releases("--since", "1.1", "--bisect", "--json")
    assert code == errors.CLEAN
    [turn] = json.loads(out)["turns"]
    assert (turn["what"], turn["release"], turn["before"], turn["between"]) == ("fixed", "1.4", "1.3", [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--since", "1.1", "--until", "1.3"], errors.LEAK, "both ends leak"),
        (["--since", "1.4"], errors.CLEAN, "both ends do not leak"),
        (["--since", "1.2", "--until", "1.2"], errors.FAILED, "no release could be judged"),
    ],
)
def test_bisecting_between_ends_that_are_alike_says_so(known, releases, words, code, said):
    found, out, _ = releases(*words, "--bisect")
    assert found == code
    assert said in out


def test_bisecting_over_a_leak_that_came_and_went_says_so_and_how_to_measure_every_release(known, releases):
    code, out, _ = releases("--until", "1.4", "--no-yanked", "--bisect")
    assert code == errors.CLEAN
    assert "1.1 is the first release that leaks" in out
    assert "1.4 is the first release without the leak" in out
    assert "both ends do not leak: the leak came and went between them" in out
    assert "to measure every release: find-mem-leaks releases leaky-thing work.py --until 1.4 " in out


def test_bisecting_without_quick_finds_a_large_leak_by_the_quick_rules(here, capsys):
    code = commands.call(["releases", "leaky-thing", "work.py", "--until", "1.1", "--bisect", "-q"])
    out = capsys.readouterr().out
    assert code == errors.LEAK
    assert "measured 2 cells" in out


def test_releases_that_are_left_out_are_named_and_told_of_when_asked_for(known, releases, here, capsys):
    words = ["releases", "leaky-thing", "work.py", "--quick", "--no-site", "--since", "1.4"]
    assert commands.call([*words, "--no-yanked"]) == errors.CLEAN
    assert "withdrawn 1.5 left out, --yanked takes it in; pre-release 2.0rc1" in capsys.readouterr().err
    code, out, _ = releases("--since", "1.4", "--pre", "--json")
    assert code == errors.LEAK
    assert [one["yanked"] for one in json.loads(out)["releases"]] == [False, True, False]
    assert verdicts(out) == {"1.4": "clean", "1.5": "leaking", "2.0rc1": "leaking"}


def test_withdrawn_releases_tell_of_leaks_but_are_not_what_people_get(known, releases):
    code, out, _ = releases("--since", "1.4")
    assert code == errors.CLEAN
    assert "1.5 is the first release that leaks" in out
    code, out, _ = releases("--since", "1.4", "--bisect")
    assert code == errors.CLEAN
    assert "looked at 1 of 1 releases" in out
    assert "1.5 is" not in out


def test_a_release_that_is_named_is_asked_for_withdrawn_or_not(known, releases):
    code, out, _ = releases("--since", "1.4", "--until", "1.5", "--no-yanked", "--json")
    assert code == errors.LEAK
    assert verdicts(out) == {"1.4": "clean", "1.5": "leaking"}


def test_a_release_in_which_the_workload_fails_stops_nothing_and_is_tried_again(releases, here, index):
    (here / "work.py").write_text("import broken_thing\n\n\ndef operation(i):\n    broken_thing.work(i)\n")
    code, out, _ = releases(package="broken_thing")
    assert code == errors.FAILED
    assert out.count("this release is broken") == 2
    assert "no release could be judged" in out


def test_a_line_that_is_broken_off_shows_and_keeps_what_it_has(releases, monkeypatch):
    whole, calls = runner.run, []

    def broken_off(jobs, *rest):
        calls.append(jobs)
        return whole(jobs, *rest) and len(calls) < 2

    monkeypatch.setattr(runner, "run", broken_off)
    code, out, _ = releases("-j", "1", "--until", "1.3")
    assert code == errors.INTERRUPTED
    assert "│ 1.1 " in out
    assert "│ 1.3 " not in out
    monkeypatch.setattr(runner, "run", whole)
    code, out, _ = releases("--until", "1.1", "--json")
    assert verdicts(out) == {"1.0": "clean", "1.1": "leaking"}
    assert len(calls) == 2


def test_another_workload_is_measured_anew_and_so_is_the_same_one_by_force(releases, here, index):
    only = ["--since", "1.4", "--no-yanked", "--json"]
    assert verdicts(releases(*only)[1]) == {"1.4": "clean"}
    index.asked.clear()
    (here / "work.py").write_text(
        "import leaky_thing\nkept = []\n\n\ndef operation(i):\n    kept.append(bytearray(99))\n"
    )
    assert verdicts(releases(*only)[1]) == {"1.4": "leaking"}
    (here / "work.py").write_text(WORKLOAD)
    whole = runner.run
    jobs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "run", lambda some, *rest: jobs.extend(some) or whole(some, *rest))
        assert verdicts(releases(*only)[1]) == {"1.4": "clean"}
        assert jobs == []
        assert verdicts(releases(*only, "-f")[1]) == {"1.4": "clean"}
        assert len(jobs) == 1


def test_without_a_network_what_is_kept_is_used(releases, monkeypatch):
    assert releases("--until", "1.1")[0] == errors.LEAK
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    code, out, err = releases("--until", "1.1")
    assert code == errors.LEAK
    assert "1.1 is the first release that leaks" in out
    assert "cannot be reached" in err
    assert err.count("\n") == 1
    code, out, err = releases("--until", "1.3")
    assert code == errors.FAILED
    assert "1.1 is the first release that leaks" in out
    assert "leaky-thing 1.2 is not kept, and there is no network" in err


def test_without_a_network_and_with_nothing_kept_it_is_one_line(releases, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    code, out, err = releases()
    assert (code, out) == (errors.USAGE, "")
    assert err.count("\n") == 1
    assert "cannot be reached" in err
    assert "connect, or set UV_DEFAULT_INDEX" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every", "0"], "'0' is not a whole number"),
        (["--since", "one"], "'one' is not a version"),
        (["--since", "3.0"], "has no releases from 3.0 to the last: it has 1.0 to 2.0rc1"),
        (["--since", "1.3", "--until", "1.1"], "has no releases from 1.3 to 1.1"),
        (["--since", "2.0"], "pre-release 2.0rc1 left out, --pre takes it in"),
        (["--stack", "sync_session"], "are two: give one"),
        (["-s", "read_heavy"], "there is no operation in"),
        (["--with", "one two"], "is not a requirement"),
        (["--python", "3.99"], "Python 3.99 is not installed here"),
    ],
)
def test_wrong_usage_is_one_line(releases, words, said):
    code, out, err = releases(*words)
    assert (code, out) == (errors.USAGE, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-thing", "work.py"], "has no package 'nothing-thing'"),
        (["no thing", "work.py"], "is not a package's name"),
        (["leaky-thing==1.0", "work.py"], "is more than a package's name"),
        (["leaky-thing", "gone.py"], "there is no file gone.py"),
        (["leaky-thing", "nonesuch"], "there is no stack 'nonesuch'"),
        (["leaky-thing", "--stack", "sync_session", "-s", "none"], "there is no scenario 'none'"),
        (["leaky-thing", "work.py", "-o", "work.py"], "work.py is not a folder"),
        (["leaky-thing", "work.py", "-o", "."], "holds other things than releases"),
    ],
)
def test_what_does_not_exist_is_one_line(here, capsys, words, said):
    code = commands.call(["releases", *words])
    out, err = capsys.readouterr()
    assert (code, out) == (errors.USAGE, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("--json",), ("--since", "1.4")])
def test_where_asv_is_missing_nothing_is_measured_and_the_extra_is_named(here, index, monkeypatch, capsys, words):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert commands.call(["releases", "leaky-thing", "work.py", "-q", *words]) == errors.USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith('`find-mem-leaks releases` needs asv: pip install "find-mem-leaks[history]"')
    assert not index.asked


@pytest.mark.parametrize("word", ["--bisect", "--no-site"])
def test_without_a_site_asv_may_be_missing(here, monkeypatch, capsys, word):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    commands.call(["releases", "no-such-thing", "work.py", "-q", word])
    assert "asv" not in capsys.readouterr().err


def test_a_site_that_asv_does_not_make_is_one_line(releases, monkeypatch):
    monkeypatch.setattr(site, "HASHES", "commits.json")
    code, out, err = releases("--since", "1.4", site=True)
    assert code == errors.FAILED
    assert "│ 1.4 " in out
    assert "asv run failed: " in err
    assert err.count("\n") == 1


def test_a_file_is_given_a_server_of_which_nothing_is_kept(releases, here, monkeypatch):
    asks = "import os\n\nimport leaky_thing\n\n\ndef operation(i):\n    assert os.environ['DATABASE_URL'] == {}\n"
    (here / "work.py").write_text(asks.format("'postgresql://me@/first'"))
    for name in ("first", "second"):
        monkeypatch.setattr(kinds, "started", lambda kind, _, name=name: Server(f"{kind}://me@/{name}"))
        code, out, _ = releases("--until", "1.1", "--database", "postgresql", "--json")
        assert code == 0
        assert set(verdicts(out).values()) == {"clean"}
