import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import tests
from find_mem_leaks.subjects.tests import Suite, Test

TWICE = Test("tests/test_orders.py::TestCreate::test_twice[a-1]", "/home/tests/test_orders.py", "Twice.")
ONCE = Test("tests/test_orders.py::test_once", "/home/tests/test_orders.py")
DOCUMENT = Test("README.rst::README.rst", "/home/README.rst", skipped="no database")
SUITE = Suite((TWICE, ONCE, DOCUMENT), "/home", "/home/pytest.ini")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests").mkdir()
    for name in ("tests/test_orders.py", "tests/orders_test.py", "helpers.py", "README.rst"):
        (tmp_path / name).write_text("def test_once(): pass\n")
    (tmp_path / "test_leaks.py").write_text("def operation_read(i): pass\n")
    (tmp_path / "test_broken.py").write_text("def operation(:\n")
    (tmp_path / "sync_session").mkdir()


@pytest.mark.parametrize(
    "name",
    [
        "tests",
        "tests/test_orders.py",
        "tests/orders_test.py",
        "tests/test_orders.py::test_once",
        "helpers.py::test_once",
        "README.rst",
        "test_broken.py",
    ],
)
def test_a_node_id_a_folder_and_a_file_named_as_pytests_are_tests(folder, name):
    assert tests.find([name, "sync_session", name], ["sync_session"]) == [name]


@pytest.mark.parametrize(
    "name",
    ["helpers.py", "test_leaks.py", "sync_session", "async_*", "shop.main:app", "test_gone.py", "package.module"],
)
def test_other_names_are_not(folder, name):
    assert tests.find([name], ["sync_session"]) == []


def test_a_node_id_of_a_file_that_is_not_there_is_wrong_usage(folder):
    with pytest.raises(UsageError, match=r"there is no file tests/test_gone\.py: name a test as pytest does"):
        tests.find(["tests/test_gone.py::test_once"], [])


def test_a_test_is_called_by_the_rest_of_its_node_id():
    assert (TWICE.file, TWICE.name) == ("tests/test_orders.py", "TestCreate::test_twice[a-1]")
    assert (DOCUMENT.file, DOCUMENT.name) == ("README.rst", "README.rst")
    assert Test("a.txt", "/a.txt").name == "a.txt"


@pytest.mark.parametrize(
    ("name", "picked"),
    [
        ("TestCreate::test_twice[a-1]", [TWICE]),
        ("TestCreate::test_twice", [TWICE]),
        ("test_twice", [TWICE]),
        ("TestCreate", [TWICE]),
        ("tests/test_orders.py::test_once", [ONCE]),
        ("*test_*", [TWICE, ONCE]),
        ("test_twice[b-1]", []),
    ],
)
def test_names_pick_tests(name, picked):
    assert list(SUITE.picked([name])) == picked


def test_without_a_name_all_are_picked():
    assert SUITE.picked([]) == SUITE.tests
    assert SUITE.names == ("TestCreate::test_twice[a-1]", "TestCreate::test_twice", "test_once", "README.rst")
    assert SUITE.files == {"tests/test_orders.py": [TWICE, ONCE], "README.rst": [DOCUMENT]}


def test_the_measured_process_is_told_where_it_is():
    arguments = ["--rootdir", "/home", "-c", "/home/pytest.ini"]
    assert SUITE.request(ONCE) == {"nodeid": ONCE.nodeid, "path": ONCE.path, "arguments": arguments}
    assert Suite((ONCE,), "/home").request(ONCE)["arguments"] == ["--rootdir", "/home"]


def test_a_document_becomes_a_suite():
    each = {"nodeid": "a.py::test_a", "path": "/a.py", "summary": "", "skipped": ""}
    document = {"problem": "", "tests": [each], "rootdir": "/", "configuration": "", "switched_off": ["--cov"]}
    assert tests.suite(["a.py"], [], "/python", document) == Suite((Test(**each),), "/", switched_off=("--cov",))


@pytest.mark.parametrize(
    ("document", "arguments", "message"),
    [
        (
            {"problem": "a.py cannot be collected: E", "tests": []},
            [],
            "^tests in /python: a.py cannot be",
        ),
        ({"problem": "", "tests": []}, [], "^pytest finds no test in tests$"),
        ({"problem": "", "tests": []}, ["-k", "slow"], "^pytest finds no test in tests that -k slow picks$"),
    ],
)
def test_what_is_no_suite_is_wrong_usage(document, arguments, message):
    with pytest.raises(UsageError, match=message):
        tests.suite(["tests"], arguments, "/python", document)
