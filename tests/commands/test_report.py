import subprocess
import sys
from pathlib import Path

import pytest

from cells import cell, failed
from find_mem_leaks import commands, results


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "r.json"
    results.write(path, [cell(), cell(16, scenario="read_heavy"), failed(scenario="create_heavy")])
    return path


def refused(capsys, *arguments):
    assert commands.call(["report", *map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_report_writes_a_page_into_a_directory_that_it_makes(file, tmp_path, capsys):
    target = tmp_path / "a" / "b"
    assert commands.call(["report", str(file), "-o", str(target)]) == 0
    assert capsys.readouterr().out == f"report: {target / 'index.html'}\n"
    assert [found.name for found in target.iterdir()] == ["index.html"]
    assert (target / "index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_several_files_become_one_page(file, tmp_path):
    other = tmp_path / "other.json"
    results.write(other, [cell(stack="sqlalchemy1x_async_session", sqlalchemy="1.4.54")])
    assert commands.call(["report", str(file), str(other), "-o", str(tmp_path)]) == 0
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "4 cells: " in text
    assert "SQLAlchemy 1.4" in text


def test_an_existing_page_is_overwritten_only_by_force(file, tmp_path, capsys):
    page = tmp_path / "index.html"
    page.write_text("mine")
    assert "-f" in refused(capsys, file, "-o", tmp_path)
    assert page.read_text() == "mine"
    assert commands.call(["report", str(file), "-o", str(tmp_path), "-f"]) == 0
    assert page.read_text(encoding="utf-8") != "mine"


def test_a_page_that_could_not_be_written_leaves_what_was_there(file, tmp_path, capsys, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    (tmp_path / "index.html").write_text("mine")
    monkeypatch.setattr(Path, "chmod", full)
    assert "No space left on device" in refused(capsys, file, "-o", tmp_path, "--force")
    assert (tmp_path / "index.html").read_text() == "mine"
    assert not list(tmp_path.glob(".find-mem-leaks.*"))


def test_a_directory_that_is_a_file_is_refused(file, capsys):
    assert "name another directory" in refused(capsys, file, "-o", file)
    assert "name another directory" in refused(capsys, file, "-o", file / "below")


def test_a_directory_in_the_place_of_the_page_is_refused(file, tmp_path, capsys):
    (tmp_path / "index.html").mkdir()
    assert "is a directory" in refused(capsys, file, "-o", tmp_path, "-f")


def test_a_directory_that_takes_no_files_is_refused(file, capsys):
    assert "cannot be written" in refused(capsys, file, "-o", "/proc")


@pytest.mark.parametrize("content", ["{", "[]", '{"schema_version": 99, "cells": []}', '{"schema_version": 1}'])
def test_a_file_that_holds_no_results_is_refused_before_anything_is_made(content, tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    refused(capsys, bad, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_missing_directory_are_refused(file, tmp_path, capsys):
    refused(capsys, tmp_path / "none.json", "-o", tmp_path)
    assert "-o" in refused(capsys, file)
    refused(capsys, "-o", tmp_path)


def test_results_without_cells_make_a_page_too(tmp_path):
    path = tmp_path / "empty.json"
    results.write(path, [])
    assert commands.call(["report", str(path), "-o", str(tmp_path)]) == 0
    assert "Nothing was measured." in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_no_verb_waits_for_what_only_some_need():
    found = "sys.exit(bool({'asv', 'bokeh'} & {*sys.modules}))"
    code = f"import sys; from find_mem_leaks import commands; commands.parser(); {found}"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
