import json
import re
import subprocess
import sys
from pathlib import Path

import bench
import pytest
from asv.config import Config
from asv.environment import get_env_name, iter_matrix

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
        del sys.modules[name]


def test_the_classes_of_the_suite_are_found():
    found = bench.classes()
    written, generated = "controls.IntendedLeak", {"plain.SyncSession", "served.FastapiSyncSession"}
    assert {written, *generated} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_every_class_is_in_exactly_one_shard(parts):
    shards = [re.compile(bench.chosen((part, parts))) for part in range(1, parts + 1)]
    for name in bench.classes():
        assert sum(bool(shard.match(f"{name}.track_leaked")) for shard in shards) == 1


@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "1/"])
def test_what_is_no_shard_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        bench.main(["2.0", "--machine", "here", "--shard", text])
    assert "no shard such as 2/4" in capsys.readouterr().err


def test_one_series_is_measured_and_its_configuration_is_gone_in_the_end(monkeypatch):
    called = []

    def run(words, **_):
        called.extend(words)
        series = json.loads(Path(words[2]).read_text())["matrix"]["env"]["SQLALCHEMY"]
        assert series == ["1.4"]
        return subprocess.CompletedProcess(words, 2)

    monkeypatch.setattr(bench.subprocess, "run", run)
    assert bench.main(["1.4", "--machine", "here", "--shard", "2/4", "--show-stderr"]) == 2
    assert called[3:] == ["run", "--machine", "here", "--show-stderr", "--bench", bench.chosen((2, 4)), "HEAD"]
    assert not Path(called[2]).exists()


@pytest.mark.parametrize(
    ("words", "variable", "line"),
    [
        ([], None, "locked"),
        ([], "", "locked"),
        ([], "newest", "newest"),
        (["--packages", "newest"], None, "newest"),
        (["--packages", "locked"], "newest", "locked"),
    ],
)
def test_the_newest_packages_are_an_environment_of_their_own_and_the_locked_one_keeps_its_name(
    monkeypatch, words, variable, line
):
    monkeypatch.delenv(bench.VARIABLE, raising=False)
    if variable is not None:
        monkeypatch.setenv(bench.VARIABLE, variable)
    found = []

    def run(called, **_):
        conf = Config.load(called[2])
        [combination] = iter_matrix("virtualenv", ["3.11"], conf)
        tagged = {key: value for key, value in combination.items() if key[0] == "env"}
        found.append((get_env_name("virtualenv", "3.11", {}, tagged), conf.install_command))
        return subprocess.CompletedProcess(called, 0)

    monkeypatch.setattr(bench.subprocess, "run", run)
    bench.main(["2.0", "--machine", "here", *words])
    [(name, installing)] = found
    own = {"locked": "", "newest": "-PACKAGESnewest"}[line]
    assert name == f"virtualenv-py3.11{own}-SQLALCHEMY2.0"
    file = {"locked": "locked.txt", "newest": "requirements.txt"}[line]
    assert f"{{conf_dir}}/benchmarks/{file}" in installing[0]
    assert installing[1:] == Config.load("asv.conf.json").install_command[1:]


@pytest.mark.parametrize(("words", "variable"), [(["--packages", "old"], None), ([], "old")])
def test_what_is_no_line_is_refused(words, variable, capsys, monkeypatch):
    if variable:
        monkeypatch.setenv(bench.VARIABLE, variable)
    with pytest.raises(SystemExit):
        bench.main(["2.0", "--machine", "here", *words])
    assert "'old' is not a line: give locked or newest" in capsys.readouterr().err


def test_it_needs_nothing_but_the_standard_library():
    subprocess.run([sys.executable, "-I", "scripts/bench.py", "--help"], check=True, capture_output=True)
