"""The page on services: its applications, its commands and its fixes, carried out as they stand there."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.subjects import environments

PAGE = (Path(__file__).parents[2] / "docs" / "your-service.md").read_text(encoding="utf-8")
TUTORIAL = PAGE.split("## In short")[0]
NAMES = ("main.py", "web.py")
IN_BLOCKS = re.compile(r"^```(python|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES, FIXES = (
    dict(zip(NAMES, (text for kind, text in IN_BLOCKS.findall(TUTORIAL) if kind == wanted), strict=True))
    for wanted in ("python", "diff")
)
CALLS = [
    shlex.split(line) for line in re.findall(r"^\$ find-mem-leaks (.*)$", TUTORIAL.replace("\\\n", " "), re.MULTILINE)
]
NEEDED = {"main.py": ["fastapi", "uvicorn", "sqlalchemy"], "web.py": ["flask", "waitress"]}


def calls(application):
    """The page's calls of ``list`` and ``run`` for an application, in their order."""
    return [call for call in CALLS if application in call]


def fixed(text, fix):
    """The text with the lines of a diff taken out and put in; lines that are only new come first."""
    taken = [line[1:] for line in fix.splitlines() if line.startswith("-")]
    put = [line[1:] for line in fix.splitlines() if line.startswith("+")]
    first, put = put[: len(put) - len(taken)], put[len(put) - len(taken) :]
    for old, new in zip(taken, put, strict=True):
        assert old in text.splitlines()
        text = text.replace(old, new)
    return "".join(f"{line}\n" for line in first) + text


@pytest.mark.parametrize(("file", "route"), [("main.py", "POST /orders"), ("web.py", "GET /products/{id}")])
def test_the_page_finds_the_line_and_its_fix_is_clean(file, route, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / file).write_text(FILES[file])
    database = f"DATABASE_URL=sqlite:///{tmp_path}/shop.db"
    *before, after = calls(f"{Path(file).stem}:app")
    with environments.throw_away(sys.executable, [*NEEDED[file], "psutil"]) as python:
        (tmp_path / ".venv").symlink_to(Path(python).parents[1])

        def call(words, *more):
            words = [database if word.startswith("DATABASE_URL=") else word for word in words]
            return commands.call([*words, *more])

        codes = [call(words, *(["-o", "again.json", "-f"] if words[0] == "run" else [])) for words in before]
        assert codes == [0] * (len(before) - 1) + [errors.LEAK]
        [leaking] = [cell for cell in results.read(Path("again.json")) if cell.verdict is Verdict.LEAKING]
        assert leaking.scenario == route
        frame = leaking.culprits[0].frame
        assert f"{file}:{frame.line} in {frame.function}" in TUTORIAL
        (tmp_path / file).write_text(fixed(FILES[file], FIXES[file]))
        assert call(after, "-o", "fixed.json") == errors.CLEAN
        assert {cell.verdict for cell in results.read(Path("fixed.json"))} <= ACQUITTED


def test_the_page_shows_calls_of_both_applications():
    assert [call[0] for call in calls("main:app")] == ["list", "run", "run"]
    assert [call[0] for call in calls("web:app")] == ["run", "run"]
