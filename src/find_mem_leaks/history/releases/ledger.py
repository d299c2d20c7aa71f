"""The ledger of a package's releases: a generated git repository with a commit and a tag for each.

Everything that a commit's hash is made of is fixed, so that the same releases always give the same hashes: what asv
keeps of a commit stays found when the ledger is written anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases.listing import Release

BRANCH = "main"
AUTHOR = "find-mem-leaks <releases@find-mem-leaks.invalid>"


def write(folder: Path, package: str, releases: Sequence[Release]) -> dict[str, str]:
    """Write the ledger of these releases, in the order of their versions, in the place of any older one.

    The commits' hashes by version. UsageError if there is no git.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _git(folder, "init", "--quiet")
    _git(folder, "symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
    _git(folder, "fast-import", "--quiet", given=_stream(package, sorted(releases, key=lambda one: one.number)))
    listed = _git(folder, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/tags")
    return dict(line.split() for line in listed.splitlines())


def _stream(package: str, releases: Iterable[Release]) -> bytes:
    """The commits and tags as ``git fast-import`` takes them."""
    return b"".join(_commit(package, release) for release in releases)


def _commit(package: str, release: Release) -> bytes:
    content = json.dumps({"package": package, "version": release.version, "uploaded": release.uploaded}) + "\n"
    seconds = int(datetime.fromisoformat(release.uploaded).timestamp())
    head = f"commit refs/heads/{BRANCH}\ncommitter {AUTHOR} {seconds} +0000\n"
    return b"".join(
        [
            head.encode(),
            _data(f"{package} {release.version}\n"),
            b"M 100644 inline release.json\n",
            _data(content),
            f"reset refs/tags/{release.version}\nfrom refs/heads/{BRANCH}\n\n".encode(),
        ]
    )


def _data(text: str) -> bytes:
    encoded = text.encode()
    return b"data %d\n%b\n" % (len(encoded), encoded)


def alone(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """An environment in which git knows of no other repository and of no person's settings."""
    others = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
    return {**others, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    try:
        called = ["git", *arguments]
        done = subprocess.run(called, cwd=folder, env=alone(), input=given, capture_output=True, check=True)
    except FileNotFoundError:
        raise UsageError("the ledger of releases is a git repository: install git") from None
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.decode(errors="replace").split())
        raise UsageError(f"the ledger of releases could not be written to {folder}: {reason[:200]}") from None
    return done.stdout.decode()
