import subprocess
import sys

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import environments
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import Environment


@pytest.mark.parametrize(
    ("version", "prefix"),
    [
        ("1.4.54", "sqlalchemy1x_"),
        ("2.0.58", "sqlalchemy2x_"),
        ("2.1.0b1", "sqlalchemy21x_"),
        ("2.2.0", "sqlalchemy22x_"),
    ],
)
def test_labels_carry_the_series_as_the_original_table_writes_it(version, prefix):
    assert environments.prefix(version) == prefix
    environment = Environment("python", "3.11.1", {"sqlalchemy": version}, ())
    assert environment.label(Stack("a", "", ("sqlalchemy",))) == f"{prefix}a"
    assert environment.label(Stack("a", "", ("sqlite3",))) == "a"


def test_an_environment_says_what_a_stack_lacks():
    environment = Environment("python", "3.11.1", {}, ("b", "c"))
    assert environment.lacks(Stack("x", "", ("a", "b", "c"))) == ("b", "c")


def test_a_stack_without_sqlalchemy_sees_the_same_environment_in_every_series():
    series = [
        Environment("python", "3.11.1", {"sqlalchemy": each, "peewee": "4.5"}, ()) for each in ("1.4.54", "2.0.58")
    ]
    without, needing = Stack("a", "", ("peewee",)), Stack("b", "", ("sqlalchemy",))
    assert [each.seen_by(without).packages for each in series] == [{"peewee": "4.5"}] * 2
    assert [each.seen_by(needing) for each in series] == series


def test_this_interpreter_is_found_by_its_path():
    assert environments.find_python(sys.executable) == sys.executable


def test_an_installed_version_is_found_by_its_number():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = environments.find_python(version)
    out = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    assert out.stdout.startswith(f"Python {version}.")


def test_pyenvs_versions_are_searched_newest_first(tmp_path, monkeypatch):
    for version in ("3.97.9", "3.97.10", "3.98.1"):
        python = tmp_path / "versions" / version / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f"#!/bin/sh\necho {version}\n")
        python.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert environments.find_python("3.97") == str(tmp_path / "versions" / "3.97.10" / "bin" / "python")
    assert environments.find_python("3.97.9").endswith("3.97.9/bin/python")
    (tmp_path / "versions" / "3.98.1" / "bin" / "python").write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(UsageError, match=r"Python 3\.98 is not installed"):
        environments.find_python("3.98")


@pytest.mark.parametrize("wanted", ["no-such-python", "/no/such/python", "9"])
def test_what_is_no_interpreter_is_refused(wanted):
    with pytest.raises(UsageError, match="is not a Python interpreter: give the path"):
        environments.find_python(wanted)


@pytest.mark.parametrize("answer", ["", "hello", "[]", "{}", '{"python": 3}'])
def test_a_program_that_answers_nonsense_is_no_python(tmp_path, answer):
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    with pytest.raises(UsageError, match="is not a Python that can measure"):
        environments.describe(str(program), ())


def test_a_python_that_is_too_old_is_refused(tmp_path):
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho \'{"python": "3.7.16", "packages": {}, "missing": []}\'\n')
    program.chmod(0o755)
    with pytest.raises(UsageError, match=r"give one from CPython 3\.8 on"):
        environments.describe(str(program), ())


@pytest.mark.parametrize("version", ["1.3.24", "0.9.10"])
def test_a_sqlalchemy_that_is_too_old_for_the_stacks_that_ship_is_refused_for_those(version):
    old = Environment("/python", "3.11.0", {"sqlalchemy": version}, ())
    with pytest.raises(UsageError, match=r"has SQLAlchemy .* install 1\.4 or newer there for the stacks that ship"):
        environments.check_sqlalchemy(old)


@pytest.mark.parametrize("version", ["1.4.0", "2.1.0b1", None])
def test_any_other_and_none_are_not(version):
    environments.check_sqlalchemy(Environment("/python", "3.11.0", {"sqlalchemy": version}, ()))


def test_a_throw_away_environment_has_its_packages_and_is_gone_at_the_end():
    with environments.throw_away(sys.executable, ["iniconfig==2.0.0"]) as python:
        code = "from importlib.metadata import version; print(version('iniconfig'))"
        out = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        assert out.stdout.strip() == "2.0.0"
    with pytest.raises(UsageError):
        environments.find_python(python)


def test_an_environment_that_cannot_be_built_says_why_in_one_line():
    with (
        pytest.raises(UsageError, match="could not be built") as caught,
        environments.throw_away(sys.executable, ["iniconfig==0.0.0.1"]),
    ):
        pass
    assert "\n" not in str(caught.value)
