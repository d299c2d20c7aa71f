"""The documentation names what there is: verbs, sessions, options, files."""

import re
import shlex
from pathlib import Path

import pytest
from rich.cells import cell_len

from find_mem_leaks import commands
from find_mem_leaks.commands.selection import CONCURRENCY
from find_mem_leaks.reports.overview import WIDTH

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOXFILE = (ROOT / "noxfile.py").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_readme_names_every_verb():
    for verb in commands.VERBS:
        assert f"find-mem-leaks {verb.__name__.rsplit('.', 1)[1]}" in README


def test_every_command_line_in_the_readme_is_understood():
    lines = re.findall(r"^\$ find-mem-leaks (.+)$", README.replace("\\\n", ""), re.MULTILINE)
    assert len(lines) >= 3
    for line in lines:
        assert commands.parser().parse_args(shlex.split(line)).verb == line.split()[0]


def test_no_sample_in_the_readme_is_wider_than_a_readme():
    samples = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(samples) >= 4
    assert [line for sample in samples for line in sample.splitlines() if cell_len(line) > WIDTH] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_that_a_page_names_exist(page):
    for names in re.findall(r"nox -s ([a-z_ ]+)", page.read_text(encoding="utf-8")):
        for name in names.split():
            assert re.search(rf'^(def {name}\(session: nox.Session|    "{name}": Script\()', NOXFILE, re.MULTILINE), (
                name
            )


def test_the_page_on_adding_a_stack_names_files_and_options_that_there_are():
    page = (ROOT / "docs" / "adding-a-stack.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![/\w])(?:src|tests|docs|benchmarks)/[\w./-]*\w", page))
    assert len(named) >= 8
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    for line in re.findall(r"^\$ find-mem-leaks (.+)$", page, re.MULTILINE):
        assert commands.parser().parse_args(shlex.split(line)).verb == line.split()[0]
    assert f"`--concurrency` requests ({CONCURRENCY}, unless" in page


def test_the_changelog_has_what_is_coming():
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
