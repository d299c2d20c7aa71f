"""Push a merged tree to the branch of the history. Takes arguments of scripts/keep.py.

``python scripts/keep.py DIR --branch NAME --onto HASH``: the files of DIR go onto the branch of ``origin``, over those
of their names; no file is ever deleted there. HASH is the commit that they were merged with, ``none`` for a new branch:
if the branch has moved on since, nothing is pushed. A token in GITHUB_TOKEN is used for the push, and kept nowhere.
This needs nothing but the standard library and git: where it may write, no package is installed.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

NONE = "none"
NOT_FOUND = 2
AUTHOR = (
    "-c",
    "user.name=github-actions[bot]",
    "-c",
    "user.email=41898282+github-actions[bot]@users.noreply.github.com",
)


class KeepError(Exception):
    """The history could not be fetched or pushed; the message is one line."""


def git(
    *words: str | Path, folder: Path, allowed: int = 0, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A finished git command; KeepError, with the last line of what it said, unless its exit code is allowed."""
    command, environment = ["git", *map(str, words)], {**os.environ, **(variables or {})}
    answer = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False, env=environment)
    if answer.returncode not in {0, allowed}:
        raise KeepError(f"git {words[0]}: {(answer.stderr.strip() or str(answer.returncode)).splitlines()[-1]}")
    return answer


def origin(folder: Path) -> str:
    return git("remote", "get-url", "origin", folder=folder).stdout.strip()


def fetch(branch: str, into: Path, repository: Path = Path()) -> str:
    """Check out the branch of origin into an empty folder; its commit, ``none`` if there is no such branch.

    That there is none is what the server says: if it does not answer, this fails, since an empty
    history would replace the one that is there.
    """
    server = origin(repository)
    listed = git("ls-remote", "--exit-code", server, f"refs/heads/{branch}", folder=repository, allowed=NOT_FOUND)
    git("init", "--quiet", "--initial-branch", branch, ".", folder=into)
    git("remote", "add", "origin", server, folder=into)
    if listed.returncode == NOT_FOUND:
        return NONE
    git("fetch", "--quiet", "--depth=1", "origin", f"refs/heads/{branch}", folder=into)
    git("reset", "--quiet", "--hard", "FETCH_HEAD", folder=into)
    return git("rev-parse", "HEAD", folder=into).stdout.strip()


def push(files: Path, branch: str, onto: str, repository: Path = Path()) -> str:
    """Add the files to the branch and push it; its new commit. KeepError if it is not where it was."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        tip = fetch(branch, desk, repository)
        if tip != onto:
            raise KeepError(f"{branch} is at {tip}, no longer at {onto}: merge again")
        shutil.copytree(files, desk, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
        git("add", "--all", "--force", ".", folder=desk)
        if git("status", "--porcelain", folder=desk).stdout:
            commit = git("rev-parse", "HEAD", folder=repository).stdout[:8]
            git(*AUTHOR, "commit", "--quiet", "-m", f"Add what was measured at {commit}", folder=desk)
            token = credentials(os.environ.get("GITHUB_TOKEN"))
            git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}", folder=desk, variables=token)
        return git("rev-parse", "HEAD", folder=desk).stdout.strip()


def credentials(token: str | None) -> dict[str, str]:
    """Variables for one git command that show the token to the server: it stands in no file and on no command line."""
    if not token:
        return {}
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = {"GIT_CONFIG_KEY_0": "http.extraheader", "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {basic}"}
    return {"GIT_CONFIG_COUNT": "1", **header}


def tell(name: str, value: str) -> None:
    """An output of the step, where there is one to tell."""
    if file := os.environ.get("GITHUB_OUTPUT"):
        with Path(file).open("a", encoding="utf-8") as outputs:
            outputs.write(f"{name}={value}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("files", type=Path, metavar="DIR", help="the merged tree")
    parser.add_argument("--branch", required=True, metavar="NAME", help="of origin")
    parser.add_argument("--onto", required=True, metavar="HASH", help="the branch's commit that was merged with")
    arguments = parser.parse_args()
    try:
        print(f"{arguments.branch} is at {push(arguments.files, arguments.branch, arguments.onto)}")
    except KeepError as error:
        sys.exit(f"keep: error: {error}")


if __name__ == "__main__":
    main()
