"""Ctrl-C in the middle of a history, and the same call again: what was finished is not measured again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cells import cell
from fake_index import CLEAN, LEAKS, Index, installed, serving, wheel
from find_mem_leaks import errors, results
from find_mem_leaks.history.releases.package_index import VARIABLES

ROOT = Path(__file__).parents[2]
PATIENCE = 120
# Waits in the second release while there is a file "hold" beside it, and says that it has begun.
WORKLOAD = """
import time
from importlib.metadata import version
from pathlib import Path
import leaky_thing

HERE = Path({here!r})
VERSION = version("leaky_thing")


def operation(i):
    while VERSION == "1.1" and (HERE / "hold").exists():
        (HERE / "begun").touch()
        time.sleep(0.01)
    leaky_thing.work(i)
"""
# Stands for the tool: notes the commit of each call, waits at the second while there is a file "hold".
TOOL = """
import os, shutil, sys, time
from pathlib import Path

here = Path({here!r})
with (here / "calls").open("a") as calls:
    calls.write(os.environ["ASV_COMMIT"] + chr(10))
while len((here / "calls").read_text().split()) == 2 and (here / "hold").exists():
    (here / "begun").touch()
    time.sleep(0.01)
shutil.copy(here / "cells.json", sys.argv[sys.argv.index("-o") + 1])
"""
SUITE = """
import sys
from .suite import Suite


class SyncSession(Suite):
    stack = "sync_session"

    def command(self):
        return [sys.executable, {tool!r}]

    def setup_cache(self):
        return self.measure()
"""


def started(words, here, environment):
    """A process in a group of its own that hears Ctrl-C, also where this one was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    try:
        return subprocess.Popen(words, cwd=here, env=environment, start_new_session=True, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)


def interrupted(words, here, environment):
    """The exit code and the words of a process that is sent what Ctrl-C sends, with all it started, where it waits."""
    (here / "hold").touch()
    with started(words, here, environment) as called:
        try:
            limit = time.monotonic() + PATIENCE
            while not (here / "begun").exists() and called.poll() is None and time.monotonic() < limit:
                time.sleep(0.02)
            assert (here / "begun").exists()
            os.killpg(called.pid, signal.SIGINT)
            said, _ = called.communicate(timeout=PATIENCE)
        finally:
            (here / "hold").unlink()
            if called.poll() is None:
                os.killpg(called.pid, signal.SIGKILL)
    return called.returncode, said


@pytest.fixture
def index():
    index = Index()
    index.add(installed("psutil"))
    for day, (version, code) in enumerate([("1.0", CLEAN), ("1.1", LEAKS), ("1.2", CLEAN)]):
        index.add(wheel("leaky_thing", version, code), f"2024-01-{day + 1:02}T00:00:00Z")
    with serving(index):
        yield index


def test_a_line_of_releases_is_taken_up_where_ctrl_c_stopped_it(tmp_path, index):
    (tmp_path / "work.py").write_text(WORKLOAD.format(here=str(tmp_path)))
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment = {**others, "PIP_INDEX_URL": index.url, "HOME": str(tmp_path), "UV_NO_CACHE": "1"}
    words = [sys.executable, "-m", "find_mem_leaks", "releases", "leaky-thing", "work.py"]
    words += ["--quick", "--no-site", "-q", "-j", "1"]
    code, said = interrupted(words, tmp_path, environment)
    assert code == errors.INTERRUPTED
    assert "│ 1.0 " in said
    assert "│ 1.1 " not in said
    assert "Traceback" not in said
    index.asked.clear()
    again = subprocess.run(
        [*words, "--json"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == errors.CLEAN, again.stderr
    assert [one["verdict"] for one in json.loads(again.stdout)["releases"]] == ["clean", "leaking", "clean"]
    assert {path.split("-")[1] for path in index.asked if "leaky_thing" in path} == {"1.1", "1.2"}


def git(folder, *words):
    called = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@localhost", *words]
    return subprocess.run(called, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def project(tmp_path):
    """A repository of two commits with the suite in it, one stack of which a stand-in measures."""
    package, suite = Path("src/find_mem_leaks"), tmp_path / "benchmarks"
    suite.mkdir()
    for folder in ("history", "subjects"):
        shutil.copytree(ROOT / package / folder, tmp_path / package / folder)
    shutil.copy(ROOT / "benchmarks" / "__init__.py", suite)
    (suite / "plain.py").write_text(SUITE.format(tool=str(tmp_path / "tool.py")))
    (tmp_path / "tool.py").write_text(TOOL.format(here=str(tmp_path)))
    (tmp_path / "cells.json").write_text(json.dumps(results.to_json([cell()])))
    whole = json.loads((ROOT / "asv.conf.json").read_text())
    kept = ("version", "project", "repo", "branches", "benchmark_dir", "env_dir", "launch_method", "hash_length")
    own = {"environment_type": "virtualenv", "build_command": [], "install_command": ["python --version"]}
    (tmp_path / "asv.conf.json").write_text(json.dumps({**{name: whole[name] for name in kept}, **own}))
    git(tmp_path, "init", "-q", "-b", "main")
    for message in ("One", "Two"):
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", message)
    (tmp_path / "commits").write_text(git(tmp_path, "rev-list", "main"))
    return tmp_path


def test_a_history_is_taken_up_where_ctrl_c_stopped_it(project):
    environment = {**os.environ, "HOME": str(project), "FIND_MEM_LEAKS_PROFILE": "quick"}
    asv = [sys.executable, "-m", "asv"]
    subprocess.run([*asv, "machine", "--yes"], cwd=project, env=environment, capture_output=True, check=True)
    words = [*asv, "run", "-b", "track_leaked", "--skip-existing-successful", "HASHFILE:commits"]
    assert interrupted(words, project, environment)[0] != 0
    newest, oldest = (project / "commits").read_text().split()
    assert (project / "calls").read_text().split() == [newest, oldest]
    (project / "calls").unlink()
    again = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert (project / "calls").read_text().split() == [oldest]
    assert {file.name[:8] for file in project.glob("results/*/*-*.json")} == {newest[:8], oldest[:8]}
