import json
import os
import re
import subprocess
import sys
from pathlib import Path

import bench
import pytest
from asv.config import Config
from asv.environment import get_env_name, iter_matrix

from find_mem_leaks.history import together

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    forget()  # another test's profile
    yield
    forget()


def forget():
    for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
        del sys.modules[name]


@pytest.fixture
def profile(here, monkeypatch):
    """Choose the profile that the suite is imported with."""
    return lambda name: monkeypatch.setenv("FIND_MEM_LEAKS_PROFILE", name)


def test_the_benchmarks_of_the_profile_are_found_by_the_suites_classes(profile):
    profile("quick")
    found = bench.benchmarks()
    assert {"controls.IntendedLeak", "plain.SyncSession", "served.FastapiSyncSession"} <= found.keys()
    assert "plain.SyncSession.track_leaked('balanced')" in found["plain.SyncSession"]
    assert {name.partition("(")[2] for name in found["plain.SyncSession"]} == {"'balanced')"}
    assert {name.partition("(")[2] for name in found["controls.IntendedLeak"]} == {"'leak_in_handler')"}


def test_the_full_profile_asks_for_all_scenarios(profile):
    profile("full")
    scenarios = {name.partition("(")[2] for name in bench.benchmarks()["plain.SyncSession"]}
    assert len(scenarios) == 8


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_every_class_is_in_exactly_one_shard(parts):
    shards = [bench.chosen((part, parts), []) for part in range(1, parts + 1)]
    for name, own in bench.benchmarks().items():
        assert [shard[name] for shard in shards if name in shard] == [own]


def test_expressions_of_ones_own_choose_among_a_shards_benchmarks(profile):
    profile("quick")
    found = bench.chosen((1, 1), [r"plain\.SyncSession\.track_l", "IntendedLeak.*peak"])
    assert found == {
        "controls.IntendedLeak": ["controls.IntendedLeak.peakmem_process('leak_in_handler')"],
        "plain.SyncSession": [
            "plain.SyncSession.track_leaked('balanced')",
            "plain.SyncSession.track_limit('balanced')",
        ],
    }
    taken = re.compile(bench.expression(name for own in found.values() for name in own))
    assert taken.search("plain.SyncSession.track_limit('balanced')")
    assert not taken.search("plain.SyncSession.track_limit('read_heavy')")
    assert not taken.search("plain.AsyncSession.track_limit('balanced')")


def test_an_expression_that_chooses_nothing_is_refused(capsys):
    with pytest.raises(SystemExit):
        bench.main(["2.0", "--machine", "here", "-b", "nothing"])
    assert "no benchmark of the profile matches nothing" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "1/"])
def test_what_is_no_shard_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        bench.main(["2.0", "--machine", "here", "--shard", text])
    assert "is not a shard such as 2/4" in capsys.readouterr().err


def test_one_series_is_measured_and_its_configuration_is_gone_in_the_end(monkeypatch):
    called = []

    def run(words, env, **_):
        called.extend(words)
        classes = (Path(env[together.VARIABLE]) / together.CLASSES).read_text()
        assert classes.split() == list(bench.chosen((2, 4), []))
        series = json.loads(Path(words[2]).read_text())["matrix"]["env"]["SQLALCHEMY"]
        assert series == ["1.4"]
        return subprocess.CompletedProcess(words, 2)

    monkeypatch.setattr(bench.subprocess, "run", run)
    assert bench.main(["1.4", "--machine", "here", "--shard", "2/4", "--show-stderr"]) == 2
    names = bench.expression(name for own in bench.chosen((2, 4), []).values() for name in own)
    assert called[3:] == ["run", "--machine", "here", "--show-stderr", "--bench", names, "HEAD"]
    assert not Path(called[2]).exists()


def test_several_series_are_measured_at_once_and_each_says_whose_lines_are_its(monkeypatch, tmp_path, capfd):
    """Each waits until all have begun."""
    program = tmp_path / "asv"
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, sys, time\nhere = pathlib.Path({str(tmp_path)!r})\n"
        "series = sys.argv[2][-13:-10]\n(here / f'{series}.begun').touch()\n"
        "while len(list(here.glob('*.begun'))) < 2: time.sleep(0.01)\n"
        "print('measured')\nsys.exit({'2.0': 2, '2.1': 0}[series])"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert bench.main(["2.0", "2.1", "--machine", "here"]) == 2
    assert sorted(capfd.readouterr().out.splitlines()) == ["2.0 measured", "2.1 measured"]


@pytest.mark.parametrize(("codes", "code"), [([0, 0], 0), ([2, 0], 2), ([2, 1], 1)])
def test_the_worst_exit_code_counts(monkeypatch, codes, code):
    left = iter(codes)
    monkeypatch.setattr(bench, "call", lambda *_: next(left))
    assert bench.run(["2.0", "2.1"], "locked", [], []) == code


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
    subprocess.run([sys.executable, "-S", "-E", "scripts/bench.py", "--help"], check=True, capture_output=True)
