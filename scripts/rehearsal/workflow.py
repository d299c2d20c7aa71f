"""A workflow from its file: its jobs in the order of their needs, each instance of a matrix in a place of its own."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rehearsal.actions import Runner, UnknownError
from rehearsal.environment import Place
from rehearsal.expressions import as_text, condition, fill
from rehearsal.hub import REPOSITORY, Hub
from rehearsal.steps import Log, Steps, matrix, variables

Matrix = Mapping[str, Any]
KNOWN = {
    *("name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "strategy"),
    *("steps", "outputs", "env", "environment", "concurrency", "services"),
}


@dataclass(frozen=True)
class Event:
    """What set a workflow off: its name, the commit, the ref, and the payload."""

    name: str
    sha: str
    ref: str = "refs/heads/main"
    payload: Mapping[str, Any] = field(default_factory=dict)
    repository: str = REPOSITORY


@dataclass(frozen=True)
class Outcome:
    """Of a job, over all its instances: ``success``, ``failure`` or ``skipped``."""

    result: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    seconds: float = 0.0


@dataclass
class Workflow:
    """One run. environment: variables that override the workflow's own; instead: of an instance that is not to be run,
    what becomes of it, ``success`` or ``failure``."""

    hub: Hub
    text: str
    event: Event
    environment: Mapping[str, str] = field(default_factory=dict)
    instead: Callable[[str, Matrix], str | None] = lambda _job, _matrix: None
    show: bool = True
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def run(self) -> Mapping[str, Outcome]:
        """All jobs; what became of each."""
        workflow = yaml.safe_load(self.text)
        waiting = dict(workflow["jobs"])
        while waiting:
            name = next(name for name, job in waiting.items() if set(_needs(job)) <= set(self.outcomes))
            self.outcomes[name] = self._job(workflow, name, waiting.pop(name))
        return self.outcomes

    @property
    def succeeded(self) -> bool:
        return all(outcome.result != "failure" for outcome in self.outcomes.values())

    @property
    def log(self) -> str:
        return "\n".join(outcome.log for outcome in self.outcomes.values())

    def _job(self, workflow: Mapping[str, Any], name: str, job: Mapping[str, Any]) -> Outcome:
        if unknown := set(job) - KNOWN:
            raise UnknownError(f"the job {name} has {', '.join(sorted(unknown))}, which this rehearsal does not know")
        needed = {need: self.outcomes[need] for need in _needs(job)}
        context = self._context(workflow, needed)
        results = {self.outcomes[each].result for each in _ancestors(workflow["jobs"], name)}
        if not condition(job.get("if"), context, results <= {"success"}, "failure" in results):
            print(f"{name}: skipped", flush=True)
            return Outcome("skipped")
        strategy = fill(job.get("strategy", {}).get("matrix", {}), context)
        outcomes = [self._instance(workflow, name, job, context, one) for one in matrix(strategy)]
        return _together(outcomes)

    def _context(self, workflow: Mapping[str, Any], needed: Mapping[str, Outcome]) -> dict[str, Any]:
        event = self.event
        github = {
            "sha": event.sha, "ref": event.ref, "ref_name": event.ref.rpartition("/")[2], "event_name": event.name,
            "event": event.payload, "repository": event.repository, "server_url": self.hub.server,
            "run_id": self.hub.run, "workflow": workflow.get("name", ""), "token": "a token", "actor": "somebody",
        }  # fmt: skip
        needs = {name: {"result": outcome.result, "outputs": outcome.outputs} for name, outcome in needed.items()}
        found: dict[str, Any] = {
            "github": github,
            "needs": needs,
            "vars": {},
            "inputs": {},
            "secrets": {"GITHUB_TOKEN": "a token"},
        }
        found["env"] = {**fill(workflow.get("env", {}), found), **self.environment}
        return found

    def _instance(
        self, workflow: Mapping[str, Any], name: str, job: Mapping[str, Any], context: Mapping[str, Any], one: Matrix
    ) -> Outcome:
        label = " ".join([name, *([as_text(one["name"])] if "name" in one else map(as_text, one.values()))])
        if result := self.instead(name, one):
            print(f"{label}: not run, taken for a {result}", flush=True)
            return Outcome(result)
        print(f"{label}:", flush=True)
        began = time.monotonic()
        if not str(job["runs-on"]).startswith("ubuntu"):
            print(f"({label} is for {job['runs-on']}: its steps run on {platform.system()} here)", flush=True)
        if services := ", ".join(job.get("services", {})):
            print(f"({label} has {services} beside it: here they are what its variables name)", flush=True)
        steps = self._steps(workflow, job, {**context, "matrix": one}, label)
        well = steps.run(job["steps"])
        outputs = {key: as_text(fill(value, steps.context)) for key, value in job.get("outputs", {}).items()}
        seconds = time.monotonic() - began
        print(f"{label}: {'success' if well else 'failure'} after {seconds:.0f} s", flush=True)
        return Outcome("success" if well else "failure", outputs, steps.log.text, steps.summary, seconds)

    def _steps(self, workflow: Mapping[str, Any], job: Mapping[str, Any], context: dict[str, Any], label: str) -> Steps:
        place = Place(self.hub.job(label))
        place.make()
        event = {"sha": self.event.sha, "ref": self.event.ref, "repository": self.event.repository}
        permissions = job.get("permissions", workflow.get("permissions", {}))
        runner = Runner(self.hub, place, event, permissions=permissions, matrix=context["matrix"])
        context["runner"] = {"temp": str(place.temporary), "os": "Linux"}
        context["env"] = {**context["env"], **fill(job.get("env", {}), context), **self.environment}
        everywhere = {
            **variables(runner, context["github"], os.environ),
            **{k: as_text(v) for k, v in context["env"].items()},
        }
        return Steps(runner, context, everywhere, Log(show=self.show))


def _needs(job: Mapping[str, Any]) -> Sequence[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _ancestors(jobs: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    """All that a job needs, and what that needs: of all of them success() and failure() speak."""
    needs = _needs(jobs[name])
    return {*needs}.union(*(_ancestors(jobs, need) for need in needs))


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of a matrix: a failure if any failed; the outputs of all, the last one's first."""
    result = "failure" if any(outcome.result == "failure" for outcome in outcomes) else "success"
    outputs = {key: value for outcome in outcomes for key, value in outcome.outputs.items()}
    parts = ("log", "summary")
    log, summary = ("\n".join(getattr(outcome, part) for outcome in outcomes) for part in parts)
    return Outcome(result, outputs, log, summary, sum(outcome.seconds for outcome in outcomes))


def read(folder: Path, name: str) -> str:
    """The text of a workflow of a checkout."""
    return (folder / ".github" / "workflows" / name).read_text(encoding="utf-8")


def axis(text: str, job: str, name: str) -> list[str]:
    """The values of one axis of a job's matrix."""
    return list(map(str, yaml.safe_load(text)["jobs"][job]["strategy"]["matrix"][name]))
