"""The store of artifacts, a folder for each: ``artifacts.py upload|download``, told the inputs by variables."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import takewhile
from os.path import commonpath
from pathlib import Path


def upload(workspace: Path, store: Path, inputs: Mapping[str, str]) -> None:
    """Copy what PATHS names, from the common folder on, to the artifact NAME, which may be used once in a run; hidden
    files only if HIDDEN is true. SystemExit if there is nothing, and NONE is error."""
    paths = [workspace / line.strip() for line in inputs["PATHS"].splitlines() if line.strip()]
    found = [file for path in paths for file in _files(path, workspace)]
    files = [file for file in found if inputs["HIDDEN"] == "true" or not _is_hidden(file, workspace)]
    target = store / inputs["NAME"]
    if target.exists():
        sys.exit(f"an artifact of the name {inputs['NAME']} exists")
    if not files and inputs["NONE"] == "error":
        sys.exit(f"no files were found with the path {inputs['PATHS']}")
    root = _root(paths)
    for file in files:
        to = target / file.relative_to(root)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)


def _root(paths: Sequence[Path]) -> Path:
    """Return where the paths inside an artifact begin: at what all that is searched has in common, whether found or
    not."""
    searched = [Path(*takewhile(lambda part: "*" not in part, path.parts)) for path in paths]
    root = Path(commonpath(searched))
    return root.parent if len(paths) == 1 and root.is_file() else root


def _files(path: Path, workspace: Path) -> list[Path]:
    relative = str(path.relative_to(workspace))
    found = sorted(workspace.glob(relative)) if "*" in relative else [path]
    return [
        file for each in found for file in ([each] if each.is_file() else sorted(each.rglob("*"))) if file.is_file()
    ]


def _is_hidden(file: Path, workspace: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(workspace).parts)


def download(workspace: Path, store: Path, inputs: Mapping[str, str]) -> None:
    """Copy the artifact NAME to FOLDER, or each that fits PATTERN to a folder of its own there, or, where MERGED is
    true, to that folder itself. SystemExit if there is none of that name."""
    where = workspace / inputs["FOLDER"]
    where.mkdir(parents=True, exist_ok=True)
    if inputs["NAME"]:
        source = store / inputs["NAME"]
        if not source.is_dir():
            sys.exit(f"there is no artifact {inputs['NAME']}")
        shutil.copytree(source, where, dirs_exist_ok=True)
        return
    for source in sorted(store.glob("*")):
        if fnmatchcase(source.name, inputs["PATTERN"]):
            shutil.copytree(source, where if inputs["MERGED"] == "true" else where / source.name, dirs_exist_ok=True)


if __name__ == "__main__":
    {"upload": upload, "download": download}[sys.argv[1]](Path.cwd(), Path(os.environ["ARTIFACTS"]), os.environ)
