import pytest

from find_mem_leaks import commands, errors
from find_mem_leaks.commands import flamegraph


@pytest.fixture
def refused(capsys):
    def refuse(*words):
        assert commands.call(["flamegraph", *map(str, words)]) == errors.USAGE
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        return captured.err

    return refuse


def test_a_capture_that_is_not_there_is_refused(refused, tmp_path):
    assert "there is no file" in refused(tmp_path / "none.bin")
    assert "there is no file" in refused(tmp_path)
    assert "there is no file" in refused(".")


def test_an_existing_page_is_overwritten_only_by_force(refused, tmp_path, monkeypatch):
    page, capture = tmp_path / "mine.html", tmp_path / "a.bin"
    page.write_text("mine")
    capture.touch()
    assert "give -f" in refused(capture, "-o", page)
    monkeypatch.setattr(flamegraph, "_draw", lambda capture, output: output.write_text("new"))
    assert commands.call(["flamegraph", str(capture), "-o", str(page), "-f"]) == errors.CLEAN
    assert page.read_text() == "new"


def test_a_file_that_is_no_capture_is_refused_and_nothing_is_left(refused, tmp_path):
    capture = tmp_path / "a.bin"
    capture.write_text("no capture")
    assert "memray cannot read" in refused(capture)
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_folder_that_is_not_there_is_refused(refused, tmp_path):
    capture = tmp_path / "a.bin"
    capture.touch()
    assert "name another file" in refused(capture, "-o", tmp_path / "none" / "a.html")
