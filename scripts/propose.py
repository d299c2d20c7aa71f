"""Propose renewed lock files in one pull request on GitHub. Takes the folder that `locks` wrote.

``python scripts/propose.py DIR``: DIR is what scripts/locks.py wrote. The branch of the request is this script's own,
and begins at main anew each time. Needs git and GitHub's command line, ``gh``, with a token that may push and open pull
requests, and nothing else but the standard library.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import keep
from alarm import gh
from locks import LOCKS, moved, pins

BASE = "main"
BRANCH = "renew-locks"
TITLE = "Renew what the history is measured with"
INTRODUCTION = (
    "The newest releases since, as `nox -s locks` resolves them. A step in a graph at this commit is theirs.\n"
)


def contents(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))}


def body(before: dict[str, str], after: dict[str, str]) -> str:
    """Return what moves in each lock file."""
    lines = []
    for name in sorted({*before, *after}):
        if moves := moved(pins(before.get(name, "")), pins(after.get(name, ""))):
            lines += [f"\n**{name}**\n", *(f"- {line}" for line in moves)]
    return "\n".join([INTRODUCTION, *lines]) + "\n"


def push(files: Path, repository: Path = Path()) -> str:
    """Push main with these lock files as the branch; the text of the request, empty if main has the same files."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        keep.fetch(BASE, desk, repository)
        before, after = contents(desk / LOCKS), contents(files)
        if before == after:
            return ""
        shutil.rmtree(desk / LOCKS, ignore_errors=True)
        (desk / LOCKS).mkdir(parents=True)
        for name, text in after.items():
            (desk / LOCKS / f"{name}.txt").write_text(text, encoding="utf-8")
        keep.git("add", "--all", LOCKS, folder=desk)
        keep.git(*keep.AUTHOR, "commit", "--quiet", "-m", TITLE, folder=desk)
        token = keep.credentials(os.environ.get("GITHUB_TOKEN"))
        keep.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{BRANCH}", folder=desk, variables=token)
        return body(before, after)


def propose(text: str) -> str:
    """Open the request, or change the text of the one that is open; in a sentence, what was done."""
    if not text:
        return "the lock files are as they were"
    open_requests = json.loads(gh("pr", "list", "--head", BRANCH, "--state", "open", "--json", "number"))
    if open_requests:
        number = str(open_requests[0]["number"])
        gh("pr", "edit", number, "--body-file", "-", text=text)
        return f"pull request {number} was brought up to date"
    gh("pr", "create", "--base", BASE, "--head", BRANCH, "--title", TITLE, "--body-file", "-", text=text)
    return "a pull request was opened"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what scripts/locks.py wrote")
    folder: Path = parser.parse_args().folder
    try:
        if not contents(folder):
            sys.exit(f"propose: error: {folder} has no lock file")
        print(propose(push(folder)))
    except (OSError, keep.KeepError, subprocess.CalledProcessError) as error:
        sys.exit(f"propose: error: {error}")


if __name__ == "__main__":
    main()
