"""What a call of ``releases`` asks for, without an index."""

import sys
from dataclasses import replace

import pytest

from find_mem_leaks import commands
from find_mem_leaks.commands import course, selection
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.subjects.environments import Environment


@pytest.fixture(autouse=True)
def this_python(monkeypatch):
    """This interpreter is not asked again and again what it is."""
    found = Environment(sys.executable, sys.version.split()[0], {}, ())
    monkeypatch.setattr(course.environments, "describe", lambda python, _: found)


def asked(*words):
    return commands.parser().parse_args(["releases", "thing", *words])


def found(*words, package="thing"):
    return course.course(asked(*words), package)


@pytest.mark.parametrize(
    ("name", "spelt"), [("thing", "thing"), ("My_Thing.Two", "my-thing-two"), ("SQLAlchemy", "sqlalchemy")]
)
def test_a_package_is_spelt_as_indexes_spell_it(name, spelt):
    assert course.package(name) == spelt


@pytest.mark.parametrize(
    "name", ["", "no thing", "-x", "thing==1.0", "thing[extra]", "thing; python_version<'3'", "a @ b"]
)
def test_what_is_more_or_less_than_a_name_is_refused(name):
    with pytest.raises(UsageError, match="name"):
        course.package(name)


def test_without_a_workload_the_plain_stack_is_measured_under_the_first_scenario():
    order = found().order
    assert (order.stack, order.file, order.scenario.name) == ("sync_session", None, "balanced")
    assert order.rules == Rules(fewest=selection.FEWEST)
    assert course.quick(found()).order.rules == replace(QUICK, fewest=selection.FEWEST)


def test_a_stack_may_be_named_in_two_ways_but_not_in_both():
    assert found("async_session").order == found("--stack", "async_session").order
    with pytest.raises(UsageError, match="give one"):
        found("async_session", "--stack", "sync_session")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--stack", "sync_sesion"], "did you mean sync_session"),
        (["-s", "read_hevy"], "did you mean read_heavy"),
        (["--stack", "intended_leak", "-s", "read_heavy"], "leak_in_handler"),
        (["no/such/file.py"], "there is no file"),
        (["--with", "one two"], "'greenlet<3'"),
    ],
)
def test_what_does_not_exist_is_refused(words, reason):
    with pytest.raises(UsageError, match=reason):
        found(*words)


def test_a_stack_with_scenarios_of_its_own_is_measured_under_its_first():
    scenario = found("--stack", "intended_leak").order.scenario
    assert (scenario.name, scenario.mix) == ("sync_handler", None)


def test_a_file_is_measured_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "work.py").write_text("def operation(i): ...\n")
    order = found("work.py").order
    assert (order.file, order.stack, order.scenario.name) == (str(tmp_path / "work.py"), "work", "operation")
    with pytest.raises(UsageError, match=r"there is no operation in .*called 'read_heavy'"):
        found("work.py", "-s", "read_heavy")


def test_one_of_several_operations_is_measured_of_a_file_whose_package_is_not_here(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("import nothing_like_it\ndef operation_read(i): ...\ndef operation_write(i): ...\n")
    order = found(str(file), "-s", "write").order
    assert (order.stack, order.scenario.name) == ("work", "write")
    with pytest.raises(UsageError, match="has 2 cells, read, write: name one of them with -s"):
        found(str(file))


def test_a_module_is_measured_by_its_name():
    assert found("package.work").order.file == "package.work"


def test_beside_the_release_comes_what_was_asked_for_and_what_else_the_stack_needs():
    assert set(found("--stack", "sync_session", package="other").requirements) == {"sqlalchemy"}
    assert found("--stack", "sync_session", package="sqlalchemy").requirements == ()
    pinned = found("--with", "SQLAlchemy==2.0.*", package="other")
    assert pinned.requirements == ("SQLAlchemy==2.0.*",)


def test_the_interpreter_is_this_one_unless_another_is_given():
    assert found().python == sys.executable
    assert found().version == sys.version.split()[0]


def test_options_say_by_which_rules():
    assert found("--quick").order.rules == replace(QUICK, fewest=selection.FEWEST)
    assert found("--limit", "3").order.rules.limit == 3
    assert found("--time-cap", "9").order.time_cap == 9


def test_the_same_course_by_the_quick_rules_is_quick():
    quick = course.quick(found())
    assert quick.order.rules == replace(QUICK, fewest=selection.FEWEST)
    assert quick.key == course.quick(found("--quick")).key
    assert quick.key != found().key


def test_the_limit_of_a_file_holds_by_the_quick_rules_too(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("LIMIT = 100\n\n\ndef operation(i):\n    pass\n")
    assert course.quick(found(str(file))).order.rules == QUICK.of(100)


@pytest.mark.parametrize("words", [[], ["--quick", "--limit", "3"], ["-s", "read_heavy"], ["--with", "greenlet<3"]])
def test_the_words_for_asv_ask_for_the_same_course(words, tmp_path):
    arguments = asked(*words)
    wanted = course.course(arguments, "thing")
    again = commands.parser().parse_args(course.one_more(arguments, wanted, tmp_path))
    assert again.verb == "releases"
    assert (again.output, again.pre, again.yanked) == (tmp_path, True, True)
    assert course.course(again, again.package) == wanted


@pytest.mark.parametrize("words", [[], ["-s", "read"]])
def test_the_words_for_asv_name_the_file_by_its_whole_path(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "work.py").write_text(f"def operation{'_read' if words else ''}(i): ...\n")
    arguments = asked("work.py", *words)
    wanted = course.course(arguments, "thing")
    monkeypatch.chdir("/")
    again = commands.parser().parse_args(course.one_more(arguments, wanted, tmp_path))
    assert course.course(again, "thing") == wanted


def test_a_file_is_judged_as_it_says(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("def operation(i): ...\nLIMIT = 50\nTIME_CAP = 7\n")
    assert (found(str(file)).order.rules.limit, found(str(file)).order.time_cap) == (50, 7)
    assert found(str(file), "--limit", "3").order.rules.limit == 3


def test_a_database_is_for_a_file_and_named_in_the_commands_that_say_it_again(tmp_path):
    file = tmp_path / "work.py"
    file.write_text("def operation(i):\n    pass\n")
    words = [str(file), "--database", "mysql"]
    assert found(*words).order.database.driver.server == "mysql"
    assert " --database mysql" in course.whole_line(asked(*words), "thing")
    assert "--database mysql" in " ".join(course.one_more(asked(*words), found(*words), tmp_path))
    with pytest.raises(UsageError, match="sync_session is a stack that ships"):
        found("--database", "mysql")
