import sys

import pytest
from asv.config import Config
from asv.environment import Environment, get_environment_class

from find_mem_leaks.history.releases.environment import ReleaseEnvironment
from find_mem_leaks.history.releases.suite import PYTHON


@pytest.fixture
def made(tmp_path):
    settings = {"project": "thing", "repo": "ledger", "environment_type": "release", "pythons": ["3.9"]}
    conf = Config.from_json({**settings, "env_dir": str(tmp_path / "env")})
    return conf, ReleaseEnvironment(conf, "3.9", {}, {})


def test_asv_finds_the_environment_by_its_type(made):
    assert issubclass(ReleaseEnvironment, Environment)
    assert get_environment_class(made[0], "3.9") is ReleaseEnvironment


@pytest.mark.parametrize(("python", "is_one"), [("3.9", True), ("3.14", True), ("3", False), ("pypy3.9", False)])
def test_a_series_of_python_is_what_it_stands_for(python, is_one):
    assert ReleaseEnvironment.matches(python) is is_one


def test_the_benchmark_is_told_the_python_that_the_release_is_measured_in(made):
    _, environment = made
    assert environment._global_env_vars[PYTHON] == "3.9"
    assert environment.python == "3.9"


def test_it_is_a_folder_and_nothing_is_built_in_it(made):
    _, environment = made
    assert not environment.check_presence()
    environment._setup()
    assert environment.check_presence()
    environment._setup()


def test_installing_a_release_is_noting_its_commit(made):
    conf, environment = made
    environment.install_project(conf, None, "abc")
    assert environment._global_env_vars["ASV_COMMIT"] == "abc"


def test_what_asv_runs_is_this_interpreter(made):
    _, environment = made
    environment._setup()
    assert environment.find_executable("python") == sys.executable
    assert environment.run(["-c", "import sys; print(sys.executable)"]).strip() == sys.executable
