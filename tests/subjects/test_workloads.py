import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import workloads
from find_mem_leaks.subjects.workloads import Outline, Settings


def test_files_and_modules_are_told_from_names_of_stacks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("")
    names = ["sync_session", "own.py", "package.module", "async_*", f"{tmp_path}/own.py"]
    assert workloads.find(names) == {
        "own.py": "own.py",
        "package.module": "package.module",
        f"{tmp_path}/own.py": f"{tmp_path}/own.py",
    }
    assert workloads.find(["own.py"]) == {"own.py": "own"}


def test_a_missing_file_is_refused():
    with pytest.raises(UsageError, match=r"there is no file no/such\.py"):
        workloads.find(["no/such.py"])


DOCUMENT = {"operations": {"read": "Read.", "write": ""}, "values": [], "settings": {}, "problem": ""}
MANY = Outline({"read": "Read.", "write": ""}, ("small", "a-b"))


def test_each_operation_is_a_cell():
    found = workloads.outline("own.py", DOCUMENT)
    assert found.scenarios == ("read", "write")
    assert found.summaries == {"read": "Read.", "write": ""}


def test_each_pair_of_operation_and_value_is_a_cell():
    assert workloads.outline("own.py", {**DOCUMENT, "values": ["small", "a-b"]}) == MANY
    assert MANY.scenarios == ("read-small", "read-a-b", "write-small", "write-a-b")
    assert MANY.summaries["read-a-b"] == "Read."


@pytest.mark.parametrize(
    ("names", "picked"),
    [
        ([], MANY.scenarios),
        (["read"], ("read-small", "read-a-b")),
        (["a-b"], ("read-a-b", "write-a-b")),
        (["write-small", "write-a-b", "write-small"], ("write-small", "write-a-b")),
        (["read", "small"], ("read-small", "read-a-b", "write-small")),
        (["red"], ()),
    ],
)
def test_cells_are_picked_by_the_name_of_an_operation_a_value_or_both(names, picked):
    assert MANY.picked(names) == picked


def test_one_cell_is_picked_where_there_is_but_one_or_one_is_named():
    assert workloads.pick("own.py", Outline({"operation": ""}), None) == "operation"
    assert workloads.pick("own.py", MANY, "write-small") == "write-small"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (None, "own.py has 4 cells, read-small, read-a-b, write-small, write-a-b: name one of them with -s"),
        ("read", "own.py has 2 cells, read-small, read-a-b: name one of them with -s"),
        ("raed", "there is no operation in own.py called 'raed'; did you mean read"),
    ],
)
def test_what_does_not_pick_one_cell_is_refused(name, line):
    with pytest.raises(UsageError, match=line):
        workloads.pick("own.py", MANY, name)


def test_a_file_without_an_operation_is_told_in_five_lines_what_one_is():
    with pytest.raises(UsageError, match=r"own\.py has no operation\. .*") as refused:
        workloads.outline("own.py", {**DOCUMENT, "operations": {}})
    assert str(refused.value).count("\n") == 4
    assert "    def operation(i): " in str(refused.value)
    assert 'cache[f"user {i}"]' in str(refused.value)
    assert "module:app, such as shop.main:app" in str(refused.value)


def test_a_file_with_a_problem_is_refused_by_its_name():
    with pytest.raises(UsageError, match=r"own\.py: PARAMETERS is empty"):
        workloads.outline("own.py", {**DOCUMENT, "problem": "PARAMETERS is empty"})


def test_of_a_file_that_cannot_be_imported_here_its_text_is_read(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(
        "import nothing_like_it\nif nothing_like_it:\n    def operation_read(i, value):\n        'Read.'\n"
        "        def operation_inside(i): ...\nasync def operation(i, value): ...\n"
        "PARAMETERS = {'small': nothing_like_it.x, 2: 3}\n"
    )
    found = workloads.outline(str(file), None)
    assert found == Outline({"read": "Read.", "operation": ""}, ("small", "2"))


@pytest.mark.parametrize("text", ["def operation(i:\n", "from elsewhere import *\n"])
def test_a_file_that_cannot_be_read_either_is_measured_as_it_is_asked_for(tmp_path, text):
    file = tmp_path / "own.py"
    file.write_text(text)
    found = workloads.outline(str(file), None)
    assert (found.is_read, found.picked([]), found.picked(["read"])) == (False, ("operation",), ("read",))


def test_the_text_of_a_module_is_looked_for_below_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "work.py").write_text("import nothing_like_it\ndef operation_read(i): ...\n")
    assert workloads.outline("package.work", None).scenarios == ("read",)
    assert not workloads.outline("package.other", None).is_read


def test_a_file_says_how_it_is_judged():
    settings = {"LIMIT": 100, "TIME_CAP": 2.5, "EXPECT": "leaking"}
    assert workloads.outline("own.py", {**DOCUMENT, "settings": settings}).settings == Settings(100, 2.5, "leaking")
    assert workloads.outline("own.py", DOCUMENT).settings == Settings()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"LIMIT": 0}, "own.py: LIMIT is 0: make it a number of bytes per operation above 0"),
        ({"LIMIT": "1 kB"}, "own.py: LIMIT is '1 kB': make it"),
        ({"LIMIT": True}, "own.py: LIMIT is True: make it"),
        ({"TIME_CAP": float("nan")}, "own.py: TIME_CAP is nan: make it a number of seconds above 0"),
        ({"TIME_CAP": float("inf")}, "own.py: TIME_CAP is inf: make it"),
        ({"TIME_CAP": -3.5}, "own.py: TIME_CAP is -3.5: make it"),
        ({"EXPECT": "leak"}, "own.py: EXPECT is 'leak': make it \"leaking\", or leave it out"),
        ({"EXPECT": True}, "own.py: EXPECT is True: make it"),
    ],
)
def test_a_setting_that_means_nothing_is_one_line(settings, line):
    with pytest.raises(UsageError) as refused:
        workloads.outline("own.py", {**DOCUMENT, "settings": settings})
    assert str(refused.value).startswith(line)


def test_settings_of_a_file_that_cannot_be_imported_are_read_as_far_as_they_are_written_out(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("import nothing_like_it\ndef operation(i): ...\nLIMIT = 2 * 3\nTIME_CAP = 9\nEXPECT = 'leaking'\n")
    assert workloads.outline(str(file), None).settings == Settings(None, 9, "leaking")
