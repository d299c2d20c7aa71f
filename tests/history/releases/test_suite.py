"""The asv suite of releases: figures of what is kept, or measured where nothing is."""

import json

import pytest

from cells import cell, failed
from find_mem_leaks import results
from find_mem_leaks.history.releases import suite
from find_mem_leaks.history.releases.suite import COMMITS, PYTHON, ReleaseSuite
from find_mem_leaks.history.suite import MISSING, RECORDS, Suite


class Releases(ReleaseSuite):
    stack = "work"
    params = ("balanced",)
    version = "abc"
    courses = {}  # noqa: RUF012 - as the written module has it

    def setup_cache(self):
        return self.measure()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Where the outcome of the commit's release is kept, in surroundings such as asv's."""
    environment = {"ASV_CONF_DIR": str(tmp_path), "ASV_COMMIT": "c1", "ASV_ENV_NAME": "release-py3.9", PYTHON: "3.9"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / COMMITS).write_text(json.dumps({"c1": "1.0"}))
    (tmp_path / "outcomes").mkdir()
    course = {"outcomes": "outcomes", "call": ["no-such-verb"], "directory": str(tmp_path)}
    monkeypatch.setattr(Releases, "courses", {"3.9": course})
    return tmp_path / "outcomes" / "1.0.json"


def keep(path, *cells, reason=""):
    path.write_text(json.dumps({**results.to_json(cells), "release": "1.0", "reason": reason}))


def test_a_kept_outcome_gives_the_figures_and_its_record_goes_to_the_site(kept, tmp_path):
    keep(kept, cell(100))
    cache = Releases().setup_cache()
    asked = Releases()
    asked.setup(cache, "balanced")
    assert asked.track_leaked(cache, "balanced")["samples"][4] == pytest.approx(100, rel=0.01)
    [record] = (tmp_path / RECORDS / "c1").rglob("*.json")
    assert results.read(record) == [cell(100)]


def test_a_release_that_could_not_be_installed_is_not_applicable_and_says_why(kept, tmp_path):
    keep(kept, reason="needs Python 2")
    cache = Releases().setup_cache()
    with pytest.raises(NotImplementedError, match="needs Python 2"):
        Releases().setup(cache, "balanced")
    [note] = (tmp_path / RECORDS / "c1").rglob(f"*{MISSING}")
    assert note.read_text() == "needs Python 2"


def test_a_release_whose_stack_failed_fails_with_its_reason(kept):
    keep(kept, failed())
    cache = Releases().setup_cache()
    with pytest.raises(RuntimeError, match="killed by SIGKILL"):
        Releases().track_leaked(cache, "balanced")


@pytest.mark.parametrize("text", [None, "", "{"])
def test_an_outcome_that_is_not_there_or_is_damaged_is_a_failure(kept, monkeypatch, text):
    monkeypatch.setattr(suite.subprocess, "run", lambda *_, **__: None)
    if text is not None:
        kept.write_text(text)
    with pytest.raises(RuntimeError, match="was not measured"):
        Releases().track_seconds(Releases().setup_cache(), "balanced")


def test_a_release_that_is_not_kept_is_measured_by_the_command_that_was_called(kept, monkeypatch):
    called = []

    def run(words, cwd, **_):
        called.append((words[1:], cwd))
        keep(kept, cell())

    monkeypatch.setattr(suite.subprocess, "run", run)
    Releases().setup_cache()
    [(words, cwd)] = called
    assert words[:3] == ["-m", "find_mem_leaks", "no-such-verb"]
    assert words[words.index("--since") + 1] == words[words.index("--until") + 1] == "1.0"
    assert cwd == str(kept.parents[1])


def test_a_kept_release_is_not_measured_again(kept, monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr(suite.subprocess, "run", never)
    keep(kept, cell())
    assert Releases().setup_cache()["balanced"]["leaked"] == 0


def test_every_figure_has_the_version_of_the_course_beside_its_own():
    names = [name for name in dir(Suite) if name.startswith("track_")]
    assert names
    for name in names:
        assert getattr(Releases, name).version == f"{getattr(Suite, name).version}-abc"
        assert getattr(Releases, name).unit == getattr(Suite, name).unit


def test_the_peak_of_this_interpreter_is_no_figure_of_a_release():
    assert Releases.peakmem_process is None
