"""The few actions that the workflows use, each as a function of its inputs: what it does to a job, on this machine.

A checkout is a git fetch of the same depth, a Python is a virtual environment, an artifact a folder, and hidden files
are left out of one unless asked for, as they are there. An action that is not here ends the rehearsal: that a job fails
may be what a story waits for, that the rehearsal cannot do what GitHub does never is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import takewhile
from os.path import commonpath
from pathlib import Path
from typing import Any

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import environments
from rehearsal.environment import Place
from rehearsal.hub import Hub, git

Inputs = Mapping[str, Any]


class ActionError(Exception):
    """What an action would fail with; outputs: what it had told until then."""

    def __init__(self, message: str, outputs: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.outputs: Mapping[str, str] = outputs or {}


class UnknownError(Exception):
    """The workflow asks for something that is not emulated: no step's failure, but the rehearsal's."""


@dataclass
class Runner:
    """What a step can change of its job: variables, the path; and where it stands, in which instance of a matrix."""

    hub: Hub
    place: Place
    event: Mapping[str, Any]
    variables: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    permissions: Mapping[str, str] = field(default_factory=dict)
    matrix: Mapping[str, Any] = field(default_factory=dict)

    def require(self, permission: str, level: str = "write") -> None:
        if self.permissions.get(permission) != level:
            raise ActionError(f"this job has no '{permission}: {level}'")


def checkout(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """Fetch one commit, or all branches and tags, into the workspace or a folder of it."""
    where = runner.place.workspace / str(inputs.get("path", "."))
    where.mkdir(parents=True, exist_ok=True)
    name = str(inputs.get("repository", runner.event["repository"]))
    wanted = str(inputs.get("ref") or runner.event["sha"])
    git("init", "--quiet", "--initial-branch", "nothing", ".", folder=where)
    git("remote", "add", "origin", f"{runner.hub.server}/{name}", folder=where)
    depth = str(inputs.get("fetch-depth", 1))
    whole = depth == "0"
    specs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    what = ["origin", *specs] if whole else [f"--depth={depth}", "--no-tags", "origin", wanted]
    git("fetch", "--quiet", *what, folder=where)
    branch = str(runner.event["ref"]).removeprefix("refs/heads/")
    detached = "ref" in inputs or branch.startswith("refs/")
    to = ["--detach"] if detached else ["-B", branch]
    git("checkout", "--quiet", *to, wanted if whole else "FETCH_HEAD", folder=where)
    return {"commit": git("rev-parse", "HEAD", folder=where)}


def setup_python(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """A virtual environment with pip, of the wanted interpreter.

    Where that is not installed, this one stands in, unless the job is there once for each of several Pythons.
    """
    version = str(inputs.get("python-version", "3.13"))
    folder = runner.place.root / f"python-{version}"
    if not folder.exists():
        interpreter = installed(version) or _stand_in(version, runner)
        make = [sys.executable, "-m", "uv", "venv", "--quiet", "--seed", "--no-python-downloads"]
        subprocess.run([*make, "--python", interpreter, str(folder)], check=True)
    if str(inputs.get("update-environment", "true")).lower() != "false":
        runner.path.insert(0, str(folder / "bin"))
    return {"python-path": str(folder / "bin" / "python"), "python-version": version}


def installed(version: str) -> str | None:
    """The path of an interpreter of this machine; None if it has none of the version."""
    try:
        return environments.find_python(version)
    except UsageError:
        return None


def _stand_in(version: str, runner: Runner) -> str:
    if version in map(str, runner.matrix.values()):
        raise ActionError(f"no Python {version} on this machine, and another would not be what this job is for")
    print(f"(no Python {version} on this machine: {sys.version.split()[0]} stands in)")
    return sys.executable


def upload_artifact(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """Copy what the paths name, from their common folder on, into the store; a name can be used once in a run."""
    workspace, hidden = runner.place.workspace, str(inputs.get("include-hidden-files", "false")).lower() == "true"
    paths = [workspace / line.strip() for line in str(inputs["path"]).splitlines() if line.strip()]
    files = [file for path in paths for file in _expanded(path, workspace) if hidden or not _is_hidden(file, workspace)]
    target = runner.hub.artifacts / str(inputs["name"])
    if target.exists():
        raise ActionError(f"an artifact of the name {inputs['name']} exists")
    if not files:
        if inputs.get("if-no-files-found", "warn") == "error":
            raise ActionError(f"no files were found with the path {inputs['path']}")
        return {}
    root = _root(paths)
    for file in files:
        to = target / file.relative_to(root)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)
    return {"artifact-id": str(inputs["name"])}


def _root(paths: Sequence[Path]) -> Path:
    """Where the paths inside an artifact begin: at what all that is searched has in common, whether found or not."""
    searched = [_searched(path) for path in paths]
    root = Path(commonpath(searched))
    return root.parent if len(paths) == 1 and root.is_file() else root


def _searched(path: Path) -> Path:
    """A path up to its first part with a pattern in it."""
    return Path(*takewhile(lambda part: "*" not in part, path.parts))


def _expanded(path: Path, workspace: Path) -> list[Path]:
    relative = str(path.relative_to(workspace))
    found = sorted(workspace.glob(relative)) if "*" in relative else [path]
    return [
        file for each in found for file in ([each] if each.is_file() else sorted(each.rglob("*"))) if file.is_file()
    ]


def _is_hidden(file: Path, workspace: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(workspace).parts)


def download_artifact(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """One artifact by its name into the path, or each that fits a pattern into a folder of its own there."""
    where = runner.place.workspace / str(inputs.get("path", "."))
    if "name" in inputs:
        source = runner.hub.artifacts / str(inputs["name"])
        if not source.is_dir():
            raise ActionError(f"there is no artifact {inputs['name']}")
        shutil.copytree(source, where, dirs_exist_ok=True)
        return {"download-path": str(where)}
    merged = str(inputs.get("merge-multiple", "false")).lower() == "true"
    for source in sorted(runner.hub.artifacts.glob("*")):
        if fnmatchcase(source.name, str(inputs.get("pattern", "*"))):
            shutil.copytree(source, where if merged else where / source.name, dirs_exist_ok=True)
    where.mkdir(parents=True, exist_ok=True)
    return {"download-path": str(where)}


def upload_pages_artifact(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """The path itself may be hidden; hidden files in it are left out."""
    source, target = runner.place.workspace / str(inputs["path"]), runner.hub.artifacts / "github-pages"
    if not source.is_dir() or target.exists():
        raise ActionError(f"{inputs['path']} is no folder, or a site was uploaded already")
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"))
    return {}


def deploy_pages(_inputs: Inputs, runner: Runner) -> dict[str, str]:
    """The site becomes what was uploaded for it."""
    runner.require("pages")
    runner.require("id-token")
    uploaded = runner.hub.artifacts / "github-pages"
    if not uploaded.is_dir():
        raise ActionError("no site was uploaded")
    shutil.rmtree(runner.hub.site, ignore_errors=True)
    shutil.copytree(uploaded, runner.hub.site)
    return {"page_url": runner.hub.site.as_uri() + "/"}


def attest(inputs: Inputs, runner: Runner) -> dict[str, str]:
    runner.require("id-token")
    runner.require("attestations")
    subjects = _expanded(runner.place.workspace / str(inputs["subject-path"]), runner.place.workspace)
    if not subjects:
        raise ActionError(f"there is nothing to attest at {inputs['subject-path']}")
    for file in subjects:
        print(f"attested: {file.name}")
    return {}


def publish(inputs: Inputs, runner: Runner) -> dict[str, str]:
    """What would go to PyPI goes to a folder."""
    runner.require("id-token")
    source = runner.place.workspace / str(inputs.get("packages-dir", "dist"))
    if not source.is_dir():
        raise ActionError(f"there is no folder {source.name}")
    shutil.copytree(source, runner.hub.published, dirs_exist_ok=True)
    return {}


ACTIONS: Mapping[str, Callable[[Inputs, Runner], dict[str, str]]] = {
    "actions/checkout": checkout,
    "actions/setup-python": setup_python,
    "actions/upload-artifact": upload_artifact,
    "actions/download-artifact": download_artifact,
    "actions/upload-pages-artifact": upload_pages_artifact,
    "actions/deploy-pages": deploy_pages,
    "actions/attest-build-provenance": attest,
    "pypa/gh-action-pypi-publish": publish,
}
