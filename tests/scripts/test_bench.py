import json
import re
import subprocess
import sys
from pathlib import Path

import bench
import pytest

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


def test_it_needs_nothing_but_the_standard_library():
    subprocess.run([sys.executable, "-I", "scripts/bench.py", "--help"], check=True, capture_output=True)
