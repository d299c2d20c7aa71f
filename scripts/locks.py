"""Renew what the history is measured with: benchmarks/locks. Takes -o DIR to write elsewhere.

``python scripts/locks.py [-o DIR]``, by a Python that has uv, resolves benchmarks/requirements.txt for every series of
asv.conf.json, and what the tool itself needs, to the newest releases, for all Pythons of the tool.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[1]
LOCKS = Path("benchmarks/locks")
HEADER = "# Made by `nox -s locks`: {} is measured with these.\n"
TOOL = "tool"
TOOLS_HEADER = "# Made by `nox -s locks`: the tool that measures runs with these.\n"
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def series(root: Path) -> list[str]:
    """The SQLAlchemy series that asv measures."""
    listed: list[str] = json.loads((root / "asv.conf.json").read_text(encoding="utf-8"))["matrix"]["env"]["SQLALCHEMY"]
    return listed


def requirements(root: Path) -> Iterator[tuple[str, str, str]]:
    """The name, the header and the requirements of every lock file."""
    stacks = Template((root / "benchmarks" / "requirements.txt").read_text(encoding="utf-8"))
    for each in series(root):
        yield each, HEADER.format(f"SQLAlchemy {each}"), stacks.substitute(SQLALCHEMY=each)
    yield TOOL, TOOLS_HEADER, "\n".join(_project(root)["dependencies"])


def resolved(requirements: str, python: str) -> str:
    """The newest releases that go together, one a line, for this Python and newer ones; no index is named."""
    words = ["pip", "compile", "-", "--universal", "--python-version", python, "--no-header", "--no-annotate", "-q"]
    command = [sys.executable, "-m", "uv", *words]
    return subprocess.run(command, input=requirements, stdout=subprocess.PIPE, text=True, check=True).stdout


def pins(text: str) -> dict[str, str]:
    """The versions in a lock file by package; of a package with several, for several Pythons, all."""
    versions_of: dict[str, list[str]] = {}
    for match in PIN.finditer(text):
        versions_of.setdefault(match["name"], []).append(match["version"])
    return {name: " or ".join(versions) for name, versions in versions_of.items()}


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The packages whose pins differ, as ``aiosqlite 0.20 → 0.21``; a dash stands for a package that is not there."""
    names = sorted({*before, *after})
    pairs = ((name, before.get(name, "–"), after.get(name, "–")) for name in names)
    return [f"{name} {old} → {new}" for name, old, new in pairs if old != new]


def _project(root: Path) -> Mapping[str, Sequence[str]]:
    table: Mapping[str, Sequence[str]] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help=f"default: {LOCKS}")
    output: Path = parser.parse_args(words).output or ROOT / LOCKS
    python = str(_project(ROOT)["requires-python"]).removeprefix(">=")
    output.mkdir(parents=True, exist_ok=True)
    for name, header, wanted in requirements(ROOT):
        file = ROOT / LOCKS / f"{name}.txt"
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        text = header + resolved(wanted, python)
        (output / file.name).write_text(text, encoding="utf-8")
        print(f"{name}: {', '.join(moved(pins(before), pins(text))) or 'as it was'}")


if __name__ == "__main__":
    main()
