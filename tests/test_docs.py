"""The documentation names what there is: verbs, sessions, scripts, options, files; and its commands are understood."""

import contextlib
import io
import re
import shlex
import tomllib
from pathlib import Path

import pictures
import pytest
from rich.cells import cell_len

from find_mem_leaks import commands, pytest_plugin, results
from find_mem_leaks.commands.selection import CONCURRENCY
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.reports import overview
from find_mem_leaks.reports.overview import WIDTH

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOXFILE = (ROOT / "noxfile.py").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(console|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Programs of others, whose commands a page may have.
OTHERS = {"asv", "done", "echo", "export", "for"}
LARGEST_PICTURE = 30_000

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def commands_of(page):
    """The commands in the blocks of a page: all lines of a script, what follows the prompt of a session."""
    for kind, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = re.sub(r"\\\n(?:> *)?", " ", block).splitlines()
        prompted = [line[2:].strip() for line in lines if line.startswith(("$ ", "> "))]
        yield from (line for line in (prompted if kind == "console" else map(str.strip, lines)) if line)


def options(line):
    return re.findall(r"(?<=\s)--[a-z][a-z-]+", line.partition(" #")[0])


def terminal_text(cells):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        overview.show(cells, every=False)
    return out.getvalue()


def test_the_readme_names_every_verb():
    for verb in commands.VERBS:
        assert f"find-mem-leaks {verb.__name__.rsplit('.', 1)[1]}" in README


@each_page
def test_every_command_of_the_tool_is_understood(page):
    for line in commands_of(page):
        if line.startswith("find-mem-leaks "):
            words = shlex.split(line.partition(" | ")[0], comments=True)[1:]
            # `--version` and `--help` print and end.
            with contextlib.suppress(SystemExit):
                assert commands.parser().parse_args(words).verb == words[0]


@each_page
def test_a_command_is_of_the_tool_of_a_session_of_a_script_of_pytest_or_of_others(page):
    for line in commands_of(page):
        program, *words = line.split()
        if program == "python" and words[0].startswith("scripts/"):
            script = (ROOT / words[0]).read_text(encoding="utf-8")
            assert [option for option in options(line) if f'"{option}"' not in script] == []
        elif program == "pytest":
            plugin = Path(pytest_plugin.__file__).read_text(encoding="utf-8")
            assert [option for option in options(line) if f'"{option}"' not in plugin] == []
        else:
            assert re.match(r"[A-Z_]+=", program) or program in {"find-mem-leaks", "nox", "python", *OTHERS}, line


@each_page
def test_extras_that_are_installed_exist(page):
    for line in commands_of(page):
        for extras in re.findall(r"install .*?(?:\.|find-mem-leaks)\[(\w+)\]", line):
            assert extras in PROJECT["optional-dependencies"]


@each_page
def test_files_of_this_project_that_a_command_names_exist(page):
    for line in commands_of(page):
        for path in re.findall(r"(?<=\s)tests/(?:controls|drivers|pairs|recorded|wild)/\S+", line):
            assert (ROOT / path).is_file(), path


def test_no_sample_in_the_readme_is_wider_than_a_readme():
    samples = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(samples) >= 4
    assert [line for sample in samples for line in sample.splitlines() if cell_len(line) > WIDTH] == []


@each_page
def test_links_within_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@each_page
def test_sessions_that_a_page_names_exist(page):
    for names in re.findall(r"nox -s ([a-z_ ]+)", page.read_text(encoding="utf-8")):
        for name in names.split():
            assert re.search(rf'^(def {name}\(session: nox.Session|    "{name}": Script\()', NOXFILE, re.MULTILINE), (
                name
            )


def test_the_page_on_a_file_of_your_own_lists_its_cells_as_the_tool_does(tmp_path, monkeypatch, capsys):
    page = (ROOT / "docs" / "your-own-file.md").read_text(encoding="utf-8")
    [file] = re.findall(r"^```python\n# render.py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [listed] = re.findall(r"^\$ find-mem-leaks list render.py\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "render.py").write_text(file)
    monkeypatch.chdir(tmp_path)
    assert commands.call(["list", "render.py"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in printed] == [line.rstrip() for line in listed.splitlines()]


@pytest.mark.parametrize("page", ["cases", "reading-the-numbers"])
def test_a_page_has_what_its_command_prints_of_the_recordings_that_its_picture_is_drawn_of(page):
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    for block in pictures.BLOCK.finditer(text):
        cells = [cell for path in pictures.paths(block) for cell in results.read(ROOT / path)]
        assert terminal_text(cells) == block["shown"]
        assert (ROOT / "docs" / block["picture"]).stat().st_size < LARGEST_PICTURE


def test_each_of_ten_cases_has_the_leak_its_line_and_a_release_without_it():
    text = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
    parts = text.split("\n## ")[1:11]
    for part in parts:
        [block] = pictures.BLOCK.finditer(part)
        leaking, fixed = (results.read(ROOT / path)[0].verdict for path in pictures.paths(block))
        assert leaking is Verdict.LEAKING
        assert fixed in ACQUITTED
        assert re.search(r"^\$ find-mem-leaks run .* --with ", part.replace("\\\n", " "), re.MULTILINE)
        assert re.search(r"^   at \S+:\d+ in ", part, re.MULTILINE)
        assert "**Fixed in " in part


def test_the_page_on_adding_a_stack_names_files_and_options_that_there_are():
    page = (ROOT / "docs" / "adding-a-stack.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![/\w])(?:src|tests|docs|benchmarks)/[\w./-]*\w", page))
    assert len(named) >= 8
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert f"`--concurrency` requests ({CONCURRENCY}, unless" in page


def test_the_changelog_has_what_is_coming():
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
