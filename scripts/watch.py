"""Measure the newest releases of what the stacks stand on. Takes arguments of scripts/watch.py.

``python scripts/watch.py -o DIR [--newest N] [PACKAGE...]`` measures a stack over the N newest releases of each package
and writes what ``find-mem-leaks releases --json`` says of it, DIR/PACKAGE.json. The tables go to standard output and to
the summary of the workflow's job, where there is one. A leak is no failure of this: scripts/alarm.py tells of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tool

from find_mem_leaks import errors
from find_mem_leaks.history.releases import listing, package_index

NEWEST = 4
# By package: the stack that leans on it most, and what stands beside it.
WATCHED: Mapping[str, tuple[str, Sequence[str]]] = {
    "sqlalchemy": ("sync_session", ()),
    "aiosqlite": ("async_session", ("sqlalchemy[asyncio]==2.0.*",)),
    "greenlet": ("async_session", ("sqlalchemy[asyncio]==2.0.*",)),
    "fastapi": ("fastapi_async_session", ("sqlalchemy[asyncio]==2.0.*",)),
}
Line = dict[str, Any]


def newest(package: str, count: int) -> str:
    """The oldest of a package's newest releases."""
    index = package_index.configured()
    releases = listing.installable(listing.fetch(package, index), pre=False, yanked=False)
    return releases[-count:][0].version


def words(package: str, since: str, folder: Path) -> list[str]:
    """Return the arguments of the tool that measure a package's releases from one on, and print JSON."""
    stack, beside = WATCHED[package]
    line = [package, "--stack", stack, "--since", since, "--no-yanked", "-o", str(folder)]
    return ["releases", *line, "--quick", "--json", "--no-site", "-q", *(f"--with={one}" for one in beside)]


def measure(package: str, count: int, folder: Path) -> Line:
    """Return what is known of a package's newest releases; SystemExit if that could not be found out."""
    since = newest(package, count)
    call = words(package, since, folder / "releases" / package)
    line: Line = json.loads(tool.call(*call, ends=(errors.CLEAN, errors.LEAK)))
    (folder / f"{package}.json").write_text(json.dumps(line, indent=2), encoding="utf-8")
    return line


def table(line: Line) -> str:
    """A package's releases in Markdown, and where the verdict turns."""
    rows = [
        f"| {one['release']} | {one['uploaded'][:10]} | {one['verdict']} | {rate(one)} |" for one in line["releases"]
    ]
    turns = [f"- {told(line['package'], turn)}" for turn in line["turns"]]
    head = [f"### {line['package']}", "", "| release | uploaded | verdict | B/op |", "| --- | --- | --- | ---: |"]
    return "\n".join([*head, *rows, *([""] if turns else []), *turns, ""])


def rate(release: Mapping[str, Any]) -> str:
    growth = release["bytes_per_operation"]
    return "–" if growth is None else f"{growth:,.3g}"


def told(package: str, turn: Mapping[str, Any]) -> str:
    """A turn of the verdict as a sentence."""
    what = "leaks" if turn["what"] == "leaks" else "no longer leaks"
    return f"{package} {turn['release']} {what}; {turn['before']}, before it, is otherwise"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"of {', '.join(WATCHED)}; default: all")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="made if it is missing")
    parser.add_argument("--newest", type=int, default=NEWEST, metavar="N", help=f"releases of each (default: {NEWEST})")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    failed = []
    for package in arguments.packages or WATCHED:
        try:
            text = table(measure(package, arguments.newest, arguments.output))
        except (SystemExit, package_index.IndexUnreachableError, errors.UsageError) as error:
            failed.append(package)
            text = f"### {package}\n\nnot measured: {error}\n"
        print(text, flush=True)
        tool.tell(text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
