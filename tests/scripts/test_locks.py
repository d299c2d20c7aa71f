"""What the history is measured with: resolved by a stand-in for uv, written file by file."""

import subprocess

import locks
import pytest

STACKS = ["1.4", "2.0", "2.1"]


@pytest.fixture
def asked(monkeypatch):
    """The requirements of every call of uv, which resolves each to one release."""
    calls = []

    def run(words, **options):
        calls.append((words, options["input"]))
        return subprocess.CompletedProcess(words, 0, "aiosqlite==0.21.0\nnumpy==2.4 ; python_full_version < '3.12'\n")

    monkeypatch.setattr(locks.subprocess, "run", run)
    return calls


def test_there_is_a_file_for_each_series_of_asv_and_one_for_the_tool(asked, tmp_path):
    locks.main(["-o", str(tmp_path / "made")])
    assert sorted(file.stem for file in (tmp_path / "made").iterdir()) == [*STACKS, "tool"]
    of_stacks = [text for _, text in asked if "aiosqlite" in text]
    assert [f"sqlalchemy[asyncio]=={series}.*" in text for series, text in zip(STACKS, of_stacks, strict=True)] == [
        True
    ] * 3
    assert not [text for text in of_stacks if "$" in text]
    assert "memray" in asked[-1][1]


def test_it_is_resolved_for_all_pythons_of_the_tool_and_names_no_index(asked, tmp_path):
    locks.main(["-o", str(tmp_path)])
    for words, _ in asked:
        assert {"--universal", "--no-header"} <= set(words)
        assert words[words.index("--python-version") + 1] == "3.11"
        assert not [word for word in words if "index" in word]


def test_what_moves_is_told_of_the_files_that_are_kept_wherever_it_is_written_to(asked, tmp_path, capsys, monkeypatch):
    kept = tmp_path / "kept"
    monkeypatch.setattr(locks, "LOCKS", kept)
    kept.mkdir()
    (kept / "2.0.txt").write_text("aiosqlite==0.20.0\nnumpy==2.4\n")
    locks.main(["-o", str(tmp_path / "other")])
    assert "2.0: aiosqlite 0.20.0 → 0.21.0" in capsys.readouterr().out.splitlines()
    locks.main([])
    capsys.readouterr()
    locks.main([])
    assert capsys.readouterr().out.splitlines() == [f"{name}: as it was" for name in (*STACKS, "tool")]


def test_a_package_with_several_versions_has_all_of_them():
    text = "# of 2.0\nnumpy==2.4 ; python_full_version < '3.12'\nnumpy==2.5 ; python_full_version >= '3.12'\n"
    assert locks.pins(text) == {"numpy": "2.4 or 2.5"}


def test_packages_come_go_and_move():
    assert locks.moved({"a": "1", "b": "1", "c": "1"}, {"b": "2", "c": "1", "d": "1"}) == [
        "a 1 → –",
        "b 1 → 2",
        "d – → 1",
    ]
