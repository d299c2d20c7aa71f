import json

from find_mem_leaks import commands


def test_list_shows_stacks_and_scenarios(own_stacks, capsys):
    assert commands.call(["list"]) == 0
    out = capsys.readouterr().out
    assert "plain_sqlite" in out
    assert "no: install a_package_that_nobody_has" in out
    assert "1000000_operations" in out
    assert "websocket_dropped" in out


def test_list_as_json_says_what_is_missing(own_stacks, capsys):
    assert commands.call(["list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    stacks = {stack["name"]: stack for stack in document["stacks"]}
    assert stacks["needy"]["missing"] == ["a_package_that_nobody_has"]
    assert stacks["plain_sqlite"]["missing"] == []
    assert stacks["plain_sqlite"]["label"] == "plain_sqlite"
    assert stacks["intended_leak"]["scenarios"]["leak_in_handler"] == "leaking"
    assert stacks["fastapi_sync_session"]["architecture"] == "FastAPI"
    assert len(document["scenarios"]) == 8
    assert document["clients"]["http_1_0"].startswith("A request of HTTP/1.0 without a host")


def test_list_of_what_is_no_python_is_refused(capsys):
    assert commands.call(["list", "--python", "/bin/ls"]) == 2
    assert "is not a Python that can measure" in capsys.readouterr().err


def test_list_shows_the_operations_of_a_file(tmp_path, capsys):
    file = tmp_path / "own.py"
    file.write_text(
        "def operation_read(i, v):\n    'Read it.'\ndef operation(i, v): ...\nPARAMETERS = {1: 2, '[b]': 3}\n"
    )
    assert commands.call(["list", str(file)]) == 0
    out = capsys.readouterr().out
    assert "own\n" in out.replace(" ", "")
    assert [line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")] == [
        "read-1", "read-[b]", "operation-1", "operation-[b]",
    ]  # fmt: skip
    assert "Read it." in out
    assert commands.call(["list", str(file), "--json"]) == 0
    scenarios = {"read-1": "Read it.", "read-[b]": "Read it.", "operation-1": "", "operation-[b]": ""}
    assert json.loads(capsys.readouterr().out) == {"files": [{"stack": "own", "scenarios": scenarios}]}


def test_list_of_what_is_not_a_file_or_not_python_is_refused(tmp_path, capsys):
    assert commands.call(["list", "sync_session"]) == 2
    said = "sync_session is not a file or an application: `find-mem-leaks list` alone shows the stacks"
    assert said in capsys.readouterr().err
    (tmp_path / "own.py").write_text("def operation(i:\n")
    assert commands.call(["list", str(tmp_path / "own.py")]) == 2
    assert "cannot be read as Python" in capsys.readouterr().err


def test_list_shows_the_tests_of_a_folder_and_calls_none(tmp_path, capsys):
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n\ndef test_a():\n    'Make an order.'\n    raise AssertionError\n\n\n"
        "@pytest.mark.skip(reason='no database')\ndef test_b(): ...\n"
    )
    assert commands.call(["list", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "Make an order." in out
    assert "skipped: no database" in out
    assert commands.call(["list", str(tmp_path), "-k", "a", "--json"]) == 0
    [test] = json.loads(capsys.readouterr().out)["tests"]
    assert (test["nodeid"], test["summary"]) == ("test_it.py::test_a", "Make an order.")
