"""Applications as their servers know them, and what is said where there is none."""

from pathlib import Path

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import applications
from find_mem_leaks.subjects.applications import Application


def test_applications_are_told_from_stacks_files_and_modules():
    names = ["shop.main:app", "main:site.app", "main:make()", "sync_session", "own.py", "package.module", "async_*"]
    found = applications.find(names, None, is_factory=False)
    assert list(found) == ["shop.main:app", "main:site.app", "main:make()"]
    here = str(Path.cwd())
    assert found["shop.main:app"] == Application("shop.main", "app", here)
    assert found["main:site.app"].attribute == "site.app"
    assert found["main:make()"] == Application("main", "make", here, is_factory=True)
    assert applications.find(["main:make"], None, is_factory=True)["main:make"].name == "main:make()"


def test_modules_are_looked_for_in_a_folder_that_there_is(tmp_path):
    found = applications.find(["main:app"], str(tmp_path), is_factory=False)
    assert found["main:app"].where == {
        "module": "main",
        "attribute": "app",
        "folder": str(tmp_path),
        "is_factory": False,
        "workers": 1,
        "server": "",
    }
    with pytest.raises(UsageError, match="--app-dir /no/such is not a directory"):
        applications.find(["main:app"], "/no/such", is_factory=False)


@pytest.mark.parametrize("name", ["main:", ":app", "main:app:app", "main:1", "a b:app"])
def test_what_looks_like_an_application_and_is_none_is_refused(name):
    with pytest.raises(UsageError, match="is not an application: name it module:attribute"):
        applications.find([name], None, is_factory=False)


def test_a_factory_is_of_an_application():
    with pytest.raises(UsageError, match="--factory is for an application"):
        applications.find(["own.py"], None, is_factory=True)


def test_the_one_application_of_a_file_is_imported_as_its_package_is(tmp_path):
    package = tmp_path / "shop" / "web"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    found = applications.of_file(str(package / "main.py"), ["app"])
    assert found == Application("shop.web.main", "app", str(tmp_path))
    assert applications.of_file(str(package / "__init__.py"), ["app"]).module == "shop.web"


def test_several_applications_of_a_file_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"has 2 applications: name one of them, main:a or main:b --app-dir /"):
        applications.of_file(str(tmp_path / "main.py"), ["a", "b"])


def test_an_application_that_cannot_be_served_is_refused():
    application = Application("main", "app", "/")
    fine = {"kind": "wsgi", "missing": [], "schema": None, "websockets": [], "unserved": [], "problem": ""}
    assert applications.outline(application, "python", fine).kind == "wsgi"
    with pytest.raises(UsageError, match="main:app in python: there is none"):
        applications.outline(application, "python", {**fine, "problem": "there is none"})
    assert applications.outline(application, "python", {**fine, "missing": ["waitress"]}).missing == "waitress"


def test_workers_are_told_to_the_measured_process_and_named_in_reports():
    alone, served = Application("main", "app", "/x"), Application("main", "app", "/x", workers=2)
    assert (alone.label, served.label) == ("main:app", "main:app (2 workers)")
    assert served.name == alone.name
    assert served.where == {**alone.where, "workers": 2}
