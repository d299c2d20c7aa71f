"""A run of a workflow by act, on this machine itself: a hub in GitHub's place, and in that of each action a stand-in.

act carries out the workflow: its matrices, its conditions, its steps' scripts. What an action does to a job is in
``stand_ins``, a composite action for each. A job's permissions are not held against it; ``check_workflows`` reads them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rehearsal.hub import REPOSITORY, Hub, git

STAND_INS = Path(__file__).parent / "stand_ins"
USES = re.compile(r"uses: ([\w.-]+/([\w.-]+)@[\w.-]+)")
RUNNERS = ("ubuntu-latest", "macos-latest")
# Of this machine's variables only those that say how packages and certificates are found reach a job.
KEPT = ("PIP_", "UV_", "SSL_", "REQUESTS_", "CURL_", "GIT_SSL_", "LANG", "LC_", "TMPDIR", "http", "no_proxy")


class UnknownError(Exception):
    """The workflow uses an action that has no stand-in: no job's failure, but the rehearsal's."""


@dataclass(frozen=True)
class Event:
    """What set a workflow off: its name, the commit, the ref, and the repository."""

    name: str
    sha: str
    ref: str = "refs/heads/main"
    repository: str = REPOSITORY


@dataclass
class Outcome:
    """Of a job, over all its instances.

    Attributes:
        result: ``success``, ``failure`` or ``skipped``.
        log: what its scripts printed, and its annotations.
        summary: what they wrote for the run's page.
    """

    result: str = "skipped"
    log: str = ""
    summary: str = ""


@dataclass
class Run:
    """One run of a workflow.

    Attributes:
        environment: variables that override the workflow's own.
        matrix: the values of an axis that are run, such as ``("python:3.11",)``; all if empty.
    """

    hub: Hub
    text: str
    event: Event
    environment: Mapping[str, str] = field(default_factory=dict)
    matrix: Sequence[str] = ()
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __call__(self) -> Mapping[str, Outcome]:
        """Carry it out; what became of each job."""
        self.outcomes = {name: Outcome() for name in yaml.safe_load(self.text)["jobs"]}
        folder = self.hub.folder(self.event.name)
        desk = self._desk(folder)
        command = [*self._command(folder), *self._replaced(folder), "-C", str(desk)]
        process = subprocess.Popen(command, env=self._surroundings(folder), text=True, stdout=subprocess.PIPE)
        with process:
            for line in process.stdout or ():
                if line.startswith("{"):
                    self._hear(json.loads(line))
        for name, outcome in self.outcomes.items():
            print(f"{name}: {outcome.result}", flush=True)
        return self.outcomes

    @property
    def succeeded(self) -> bool:
        return all(outcome.result != "failure" for outcome in self.outcomes.values())

    def _hear(self, event: Mapping[str, Any]) -> None:
        """Take in a line of act's."""
        outcome = self.outcomes.get(event.get("jobID", ""))
        if outcome is None:
            return
        if event.get("raw_output") or event.get("command") == "error":
            outcome.log += event["msg"].rstrip("\n") + "\n"
            print(f"    {event['msg'].rstrip()}", flush=True)
        elif event.get("command") == "summary":
            outcome.summary += event["content"]
        outcome.result = event.get("jobResult", outcome.result)

    def _desk(self, folder: Path) -> Path:
        """A clone that stands at the commit: act takes from it what the run is of."""
        desk = folder / "desk"
        git("clone", "--quiet", "--no-checkout", self.hub.repository(self.event.repository), desk, folder=self.hub.root)
        git("fetch", "--quiet", "origin", self.event.sha, folder=desk)
        git("checkout", "--quiet", "--detach", self.event.sha, folder=desk)
        git("remote", "set-url", "origin", f"https://github.com/{self.event.repository}", folder=desk)
        return desk

    def _command(self, folder: Path) -> list[str]:
        workflow, event = folder / "workflow.yml", folder / "event.json"
        workflow.write_text(self.text, encoding="utf-8")
        payload = {"ref": self.event.ref, "after": self.event.sha, "repository": {"default_branch": "main"}}
        event.write_text(json.dumps({**payload, "pull_request": {"number": 1}}), encoding="utf-8")
        where = ["--action-cache-path", str(folder / "act"), "--no-cache-server", "--no-skip-checkout"]
        runners = [word for runner in RUNNERS for word in ("-P", f"{runner}=-self-hosted")]
        axes = [word for one in self.matrix for word in ("--matrix", one)]
        env = [word for name, value in self.environment.items() for word in ("--env", f"{name}={value}")]
        files = ["-W", str(workflow), "-e", str(event)]
        # No log may hold the token by chance: act blots it out everywhere.
        return ["act", self.event.name, "--json", *files, *where, *runners, *axes, *env, "-s", "GITHUB_TOKEN=a-token"]

    def _replaced(self, folder: Path) -> Iterator[str]:
        """For each action that is used, act's words that put a stand-in in its place; UnknownError if it has none."""
        text = self.text + (Path(__file__).parents[2] / "action.yml").read_text(encoding="utf-8")
        for used, name in sorted(set(USES.findall(text))):
            here = STAND_INS / name
            if name == "find-mem-leaks":
                here = folder / name
                git("clone", "--quiet", "--depth=1", f"{self.hub.server}/{REPOSITORY}", here, folder=self.hub.root)
            if not here.is_dir():
                raise UnknownError(f"the action {used} has no stand-in in {STAND_INS.name}")
            yield from ("--local-repository", f"https://github.com/{used}={here}")

    def _surroundings(self, folder: Path) -> dict[str, str]:
        """The variables of act's own process, which its jobs have too."""
        home = Path(os.environ.get("HOME", "/"))
        kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
        kept.setdefault("UV_CACHE_DIR", str(home / ".cache" / "uv"))
        kept.setdefault("PIP_CACHE_DIR", str(home / ".cache" / "pip"))
        hub, of_act = self.hub, str(Path(sys.executable).parent)
        own = {"HOME": folder, "STAND_INS": STAND_INS, "REHEARSAL_PYTHON": sys.executable, "HUB": hub.server}
        results = {"ARTIFACTS": hub.artifacts, "SITE": hub.site, "PUBLISHED": hub.published}
        path = os.pathsep.join([str(hub.tools), of_act, os.defpath, "/usr/local/bin"])
        return {**kept, "PATH": path, **{name: str(value) for name, value in {**own, **results}.items()}}


def instead(text: str, job: str, script: str = "true") -> str:
    """The text of a workflow in which the job carries out nothing but a script."""
    return _changed(text, job, {"steps": [{"run": script}]})


def without_services(text: str, job: str) -> str:
    """The text of a workflow in which nothing runs beside the job: act starts services in containers only."""
    return _changed(text, job, {"services": {}})


def _changed(text: str, job: str, parts: Mapping[str, Any]) -> str:
    document = yaml.safe_load(text)
    document["on"] = document.pop(True)  # what YAML takes for a boolean
    document["jobs"][job].update(parts)
    return yaml.safe_dump(document, sort_keys=False)


def read(folder: Path, name: str) -> str:
    """The text of a workflow of a checkout."""
    return (folder / ".github" / "workflows" / name).read_text(encoding="utf-8")


def axis(text: str, job: str, name: str) -> list[str]:
    """The values of one axis of a job's matrix."""
    return list(map(str, yaml.safe_load(text)["jobs"][job]["strategy"]["matrix"][name]))
