"""What asv is told: each of these lines once bit."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from asv.config import Config
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NEEDED = [requirement for group in ("stacks", "drivers") for requirement in PROJECT["dependency-groups"][group]]


@pytest.fixture
def conf():
    return Config.load(str(ROOT / "asv.conf.json"))


def test_the_configuration_is_plain_json():
    assert json.loads((ROOT / "asv.conf.json").read_text())["version"] == 1


def test_a_series_is_a_variable_and_no_requirement_that_asv_would_rewrite(conf):
    assert conf.matrix == {"env": {"SQLALCHEMY": ["1.4", "2.0", "2.1"]}}
    assert conf.environment_type == "virtualenv"


def test_the_environment_gets_what_the_stacks_need_and_one_series_of_sqlalchemy():
    lines = (ROOT / "benchmarks" / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    assert wanted == ["sqlalchemy[asyncio]==${SQLALCHEMY}.*", *NEEDED]


@pytest.mark.parametrize("series", ["1.4", "2.0", "2.1"])
def test_every_series_is_measured_with_the_versions_of_its_lock_file(series):
    assert "-r locks/${SQLALCHEMY}.txt" in (ROOT / "benchmarks" / "locked.txt").read_text().splitlines()
    lines = (ROOT / "benchmarks" / "locks" / f"{series}.txt").read_text().splitlines()
    found = {one.name: one for one in (Requirement(line) for line in lines if not line.startswith("#"))}
    assert all(str(one.specifier).startswith("==") for one in found.values())
    assert str(found["sqlalchemy"].specifier).startswith(f"=={series}.")
    for asked in map(Requirement, NEEDED):
        [pin] = found[asked.name].specifier
        assert asked.specifier.contains(pin.version), f"run nox -s locks: {asked} is not met by {pin.version}"


def test_the_tool_runs_with_the_versions_of_its_lock_file(conf):
    [into_tool] = [command for command in conf.install_command if "/tool/" in command and "{wheel_file}" in command]
    assert "--constraint {conf_dir}/benchmarks/locks/tool.txt" in into_tool
    pinned = (ROOT / "benchmarks" / "locks" / "tool.txt").read_text()
    for asked in map(Requirement, PROJECT["project"]["dependencies"]):
        versions = re.findall(rf"^{asked.name}==(\S+)", pinned, re.MULTILINE)
        assert versions
        assert all(map(asked.specifier.contains, versions)), f"run nox -s locks: {asked} is not met by {versions}"


@pytest.mark.parametrize("file", sorted((ROOT / "benchmarks" / "locks").iterdir()), ids=lambda file: file.name)
def test_a_lock_file_names_no_server_and_no_path(file):
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+( ; \w+ [!<>=]+ '[\w.]+')?", line) for line in lines)


def test_the_newest_releases_take_the_place_of_those_that_are_there(conf):
    assert "--upgrade " in conf.install_newest
    assert "{conf_dir}/benchmarks/requirements.txt" in conf.install_newest
    assert "-m pip install" in conf.install_newest, "uv leaves ${SQLALCHEMY} in a requirement as it stands"


def test_our_own_wheel_moves_nothing_in_the_environment(conf):
    requirements = conf.install_command[0]
    assert "{conf_dir}/benchmarks/locked.txt" in requirements
    assert "--compile-bytecode" in requirements, "each figure's process would compile what it imports anew"
    into = [command for command in conf.install_command if "{wheel_file}" in command and "/tool/" not in command]
    assert len(into) == 1
    assert "--no-deps" in into[0]
    assert not [command for command in conf.install_command if "-U" in command.split() or "--upgrade" in command]


def test_the_build_leaves_one_wheel(conf):
    assert len([command for command in conf.build_command if "{build_cache_dir}" in command]) == 1
    assert not [command for command in conf.build_command if "pip wheel" in command and "--no-deps" not in command]


def test_each_figure_gets_a_process_that_asv_forks_of_one_without_a_stack(conf):
    assert conf.launch_method == "forkserver"


def test_everything_asv_writes_is_in_one_ignored_folder(conf):
    assert {Path(folder).parts[0] for folder in (conf.env_dir, conf.results_dir, conf.html_dir, conf.leaks_dir)} == {
        ".asv"
    }
    assert ".asv/" in (ROOT / ".gitignore").read_text().splitlines()


def test_only_verdicts_are_marked_as_regressions(conf):
    def starts(name):
        return [commit for regex, commit in conf.regressions_first_commits.items() if re.match(regex, name)]

    for name in ("track_limit", "track_seconds", "track_rss_growth"):
        assert starts(f"plain.SyncSession.{name}(balanced)@main") == [None]
    for name in ("track_leaked", "track_blocks", "peakmem_process"):
        assert starts(f"plain.SyncSession.{name}(balanced)@main") == []


def test_the_site_plugin_is_found_in_a_clone_where_nothing_but_asv_is_installed(conf):
    (plugin,) = conf.plugins
    assert plugin.startswith(".")
    missing = ["numpy", "rich", "jinja2", "memray", "psutil", "uv", "find_mem_leaks"]
    code = (
        "import sys; from importlib import metadata\n"
        f"sys.modules.update(dict.fromkeys({missing!r}))\n"
        "def none(name): raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = none\n"
        "from asv.plugin_manager import plugin_manager\n"
        f"plugin_manager.import_plugin({plugin!r})\n"
        "print(plugin_manager._plugins[-1].Leaks.name)"
    )
    # Pympler, which asv brings, takes numpy where it finds one, and does without where it is kept from it.
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout.split() == ["leaks"], answer.stderr
