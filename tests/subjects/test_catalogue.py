import sys

from find_mem_leaks.measured.descriptions import PACKAGES
from find_mem_leaks.subjects import catalogue


def test_the_four_sqlalchemy_stacks_ship():
    assert {"async_scoped_session", "async_session", "sync_scoped_session", "sync_session"} <= catalogue.stacks().keys()


def test_a_stack_is_found_by_the_name_of_its_file_and_read_without_being_imported(own_stacks):
    (own_stacks / "new_one.py").write_text('"""Something new.\n\nMore."""\nREQUIRES = ("a", "b")\nraise SystemExit\n')
    (own_stacks / "bare.py").write_text("x = 1\n")
    found = catalogue.stacks()
    assert found["new_one"] == catalogue.Stack("new_one", "Something new.", ("a", "b"), None)
    assert found["bare"] == catalogue.Stack("bare", "bare", ())
    assert found["leaking_sqlite"].requires == ("sqlite3",)
    assert found["async_scoped_session_without_remove"].truth == "leaking"
    assert "__init__" not in found
    assert "_keeping" not in found


def test_results_name_the_version_of_each_package_that_a_stack_imports():
    imported = {module for stack in catalogue.stacks().values() for module in stack.requires}
    assert {module.replace("_", "-") for module in imported - sys.stdlib_module_names} <= set(PACKAGES)
