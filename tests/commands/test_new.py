import json
import shlex

import pytest

from find_mem_leaks import commands, errors


def test_a_new_file_runs_and_is_clean(tmp_path, capsys):
    path = tmp_path / "leaks.py"
    assert commands.call(["new", str(path)]) == errors.CLEAN
    assert capsys.readouterr().out == f"written: {path}. Measure it: find-mem-leaks run {path}\n"
    assert commands.call(["run", str(path), "--quick", "-q", "--json"]) == errors.CLEAN
    [cell] = json.loads(capsys.readouterr().out)["cells"]
    assert (cell["stack"], cell["scenario"], cell["verdict"]) == ("leaks", "operation", "clean")


def test_its_leak_is_found_where_it_is_let_in(tmp_path, capsys):
    path = tmp_path / "leaks.py"
    commands.call(["new", str(path)])
    text = path.read_text().replace("# seen.append", "seen.append")
    [line] = [number for number, each in enumerate(text.splitlines(), 1) if each.startswith("    seen.append")]
    path.write_text(text)
    assert commands.call(["run", str(path), "--quick", "-q"]) == errors.LEAK
    assert f"leaks.py:{line} in operation" in " ".join(capsys.readouterr().out.split())


def test_the_values_that_it_offers_can_be_taken(tmp_path, capsys):
    path = tmp_path / "leaks.py"
    commands.call(["new", str(path)])
    text = path.read_text().replace("# PARAMETERS", "PARAMETERS").replace("operation(i):", "operation(i, value):")
    path.write_text(text)
    capsys.readouterr()
    assert commands.call(["list", str(path), "--json"]) == errors.CLEAN
    [file] = json.loads(capsys.readouterr().out)["files"]
    assert list(file["scenarios"]) == ["operation-small", "operation-large"]


@pytest.mark.parametrize(
    ("name", "line"),
    [("there.py", "exists, and is not overwritten"), ("leaks", "does not end in .py"), ("no/such.py", "cannot be")],
)
def test_what_cannot_be_written_is_one_line(tmp_path, capsys, name, line):
    (tmp_path / "there.py").write_text("mine")
    assert commands.call(["new", str(tmp_path / name)]) == errors.USAGE
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1
    assert (tmp_path / "there.py").read_text() == "mine"


@pytest.mark.parametrize("name", ["my leaks.py", 'a"""b.py', "a\\b.py"])
def test_a_file_of_an_odd_name_runs_by_the_command_that_is_printed(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    assert commands.call(["new", name]) == errors.CLEAN
    *_, path = shlex.split(capsys.readouterr().out.partition(": find-mem-leaks ")[2])
    assert path == name
    compile((tmp_path / name).read_text(), name, "exec")


def test_a_name_that_is_no_text_leaves_no_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert commands.call(["new", "caf\udce9.py"]) == errors.USAGE
    assert "is not a name in UTF-8" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
