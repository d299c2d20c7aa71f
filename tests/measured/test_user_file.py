import asyncio
import multiprocessing
import sys

import pytest

from find_mem_leaks.measured import user_file


def opened(target, directory=".", scenario="operation"):
    return user_file.Operations(user_file.load(target), target, directory, scenario)


def load(tmp_path, text, scenario="operation"):
    path = tmp_path / "own.py"
    path.write_text(text)
    return opened(str(path), scenario=scenario)


def test_operations_are_counted_over_all_rounds(tmp_path):
    own = load(tmp_path, "seen = []\ndef setup(): seen.append('s')\ndef operation(i): seen.append(i)\n")
    own.open()
    own.prepare(0, 3)
    own.stretch(0, 3)
    own.prepare(1, 2)
    own.stretch(0, 2)
    own.check()
    own.close()
    assert not own.is_async
    assert own._operation.__globals__["seen"] == ["s", 0, 1, 2, 3, 4]


@pytest.mark.parametrize("setup", ["def", "async def"])
@pytest.mark.parametrize("operation", ["def", "async def"])
def test_functions_may_be_plain_or_coroutine_functions(tmp_path, setup, operation):
    own = load(tmp_path, f"seen = []\n{setup} setup(): seen.append('s')\n{operation} operation(i): seen.append(i)\n")

    def finish(result):
        if own.is_async:
            asyncio.run(result)

    finish(own.open())
    finish(own.stretch(0, 2))
    finish(own.close())
    assert own._operation.__globals__["seen"] == ["s", 0, 1]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_operation_that_raises_says_how_many_were_completed(tmp_path, kind):
    own = load(tmp_path, f"{kind} operation(i):\n    if i == 7: raise ValueError(i)\n")
    result = own.stretch(0, 5)
    if own.is_async:
        asyncio.run(result)
    with pytest.raises(ValueError, match="7"):
        asyncio.run(own.stretch(0, 5)) if own.is_async else own.stretch(0, 5)
    assert own.completed == 2


def test_a_file_beside_it_can_be_imported(tmp_path):
    (tmp_path / "beside_it.py").write_text("value = 3\n")
    own = load(tmp_path, "import beside_it\ndef operation(i): assert beside_it.value == 3\n")
    own.stretch(0, 1)


def test_a_module_is_found_by_its_name(tmp_path, monkeypatch):
    package = tmp_path / "some_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "work.py").write_text("def operation(i): pass\n")
    monkeypatch.chdir(tmp_path)
    opened("some_package.work").stretch(0, 1)


def test_a_file_without_operation_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"own\.py has no function operation"):
        load(tmp_path, "x = 1\n")


@pytest.mark.parametrize(
    "text",
    [
        "class Op:\n    async def __call__(self, i): pass\noperation = Op()\n",
        "def operation(i): yield i\n",
        "async def operation(i): yield i\n",
    ],
)
def test_an_operation_that_nobody_would_run_is_refused(tmp_path, text):
    own = load(tmp_path, text)
    with pytest.raises(TypeError, match="that nobody runs: make it an async def"):
        own.stretch(0, 3)


def test_a_file_needs_no_ending(tmp_path):
    (tmp_path / "own").write_text("def operation(i): pass\n")
    opened(str(tmp_path / "own")).stretch(0, 1)


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_setup_that_takes_a_place_for_files_is_given_one(tmp_path, kind):
    text = f"{kind} setup(directory): seen.append(directory)\nseen = []\ndef operation(i): ...\n"
    (tmp_path / "own.py").write_text(text)
    own = opened(str(tmp_path / "own.py"), "some/place")
    result = own.open()
    if own.is_async:
        asyncio.run(result)
    assert own._operation.__globals__["seen"] == ["some/place"]


MANY = """
seen = []
def operation(i): seen.append(("plain", i))
def operation_read(i): seen.append(("read", i))
async def operation_write(i): seen.append(("write", i))
operation_times = 3
def teardown(): seen.append("end")
"""


@pytest.mark.parametrize(("scenario", "name"), [("operation", "plain"), ("read", "read"), ("write", "write")])
def test_one_of_several_operations_is_carried_out_with_the_same_setup_and_teardown(tmp_path, scenario, name):
    own = load(tmp_path, MANY, scenario)
    assert own.is_async == (scenario == "write")
    for result in (own.open(), own.stretch(0, 2), own.close()):
        if own.is_async:
            asyncio.run(result)
    assert own._operation.__globals__["seen"] == [(name, 0), (name, 1), "end"]


def test_only_what_can_be_called_is_an_operation(tmp_path):
    (tmp_path / "own.py").write_text(MANY)
    assert list(user_file.operations(user_file.load(str(tmp_path / "own.py")))) == ["operation", "read", "write"]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(("scenario", "value"), [("read-small", 10), ("read-2", 20), ("read-a-b", 30)])
def test_an_operation_is_given_the_value_that_its_scenario_names(tmp_path, kind, scenario, value):
    text = f"seen = []\n{kind} operation_read(i, value): seen.append((i, value))\n"
    own = load(tmp_path, text + "PARAMETERS = {'small': 10, 2: 20, 'a-b': 30}\n", scenario)
    result = own.stretch(0, 2)
    if own.is_async:
        asyncio.run(result)
    assert sys.modules["own"].seen == [(0, value), (1, value)]


def test_an_operation_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TypeError, match=r"own\.py has no function operation_red\(i\)"):
        load(tmp_path, MANY, "red")


@pytest.mark.parametrize(
    ("file", "name"), [("own.py", "own"), ("my own.py", user_file.NAME), ("json.py", user_file.NAME)]
)
def test_a_file_is_imported_by_its_own_name_unless_that_is_none_or_another_modules(tmp_path, file, name):
    (tmp_path / file).write_text(MANY)
    assert user_file.load(str(tmp_path / file)).__name__ == name


def test_a_process_that_the_workload_starts_finds_its_functions(tmp_path):
    own = load(tmp_path, "def work(i): return 2 * i\ndef operation(i): pass\n")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(own._operation.__globals__["work"], (3,)) == 6
