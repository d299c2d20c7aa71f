"""The steps of a job, one after another: a script in a shell, an emulated action, or a composite one with its own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from threading import Timer
from typing import Any

import yaml

from rehearsal.actions import ACTIONS, ActionError, Runner, UnknownError
from rehearsal.environment import COMMAND_FILES, FormatError, inherited, parse
from rehearsal.expressions import as_text, condition, fill
from rehearsal.hub import REPOSITORY, git

LONGEST_MINUTES = 30
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
KNOWN = {
    *("id", "if", "name", "uses", "with", "run", "env", "shell"),
    *("working-directory", "timeout-minutes", "continue-on-error"),
}


@dataclass
class Log:
    """What a job prints, kept, and shown as it comes."""

    lines: list[str] = field(default_factory=list)
    show: bool = True

    def say(self, text: str) -> None:
        for line in text.splitlines():
            self.lines.append(line)
            if self.show:
                print(f"    {line}", flush=True)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Steps:
    """A run of steps: context is what their expressions see, environment what their scripts see."""

    runner: Runner
    context: dict[str, Any]
    environment: Mapping[str, str]
    log: Log
    shell: Sequence[str] = SHELL
    succeeded: bool = True
    summary: str = ""

    def run(self, steps: Sequence[Mapping[str, Any]]) -> bool:
        """Carry out the steps; whether all went well. ``context["steps"]`` then has their outputs."""
        self.context.setdefault("steps", {})
        for step in steps:
            self._run(step)
        return self.succeeded

    def _run(self, step: Mapping[str, Any]) -> None:
        if unknown := set(step) - KNOWN or set(str(step.get("shell", "bash")).split()) - {"bash"}:
            raise UnknownError(f"a step has {', '.join(sorted(unknown))}, which this rehearsal does not know")
        name = step.get("name") or step.get("uses") or str(step.get("run", "")).splitlines()[0]
        if not condition(step.get("if"), self._seen({}), self.succeeded):
            self.log.say(f"- {name}: skipped")
            self._keep(step, "skipped", "skipped", {})
            return
        self.log.say(f"- {as_text(fill(name, self._seen({})))}")
        try:
            self._keep(step, "success", "success", self._outputs(step))
        except (ActionError, FormatError, subprocess.SubprocessError) as error:
            self._fail(step, error)

    def _fail(self, step: Mapping[str, Any], error: Exception) -> None:
        said = error.stderr if isinstance(error, subprocess.CalledProcessError) and error.stderr else error
        self.log.say(f"failed: {said}")
        forgiven = bool(step.get("continue-on-error"))
        outputs = error.outputs if isinstance(error, ActionError) else {}
        self._keep(step, "failure", "success" if forgiven else "failure", outputs)
        self.succeeded = self.succeeded and forgiven

    def _keep(self, step: Mapping[str, Any], outcome: str, conclusion: str, outputs: Mapping[str, str]) -> None:
        if "id" in step:
            told = {"outputs": outputs, "outcome": outcome, "conclusion": conclusion}
            self.context["steps"][step["id"]] = told

    def _seen(self, own: Mapping[str, str]) -> dict[str, Any]:
        return {**self.context, "env": {**self.environment, **self.runner.variables, **own}}

    def _outputs(self, step: Mapping[str, Any]) -> Mapping[str, str]:
        own = {key: as_text(value) for key, value in fill(step.get("env", {}), self._seen({})).items()}
        if "run" in step:
            return self._script(step, own)
        inputs = fill(step.get("with", {}), self._seen(own))
        action = str(step["uses"]).partition("@")[0]
        if action in ACTIONS:
            printed = StringIO()
            with redirect_stdout(printed):
                outputs = ACTIONS[action](inputs, self.runner)
            self.log.say(printed.getvalue())
            return outputs
        return self._composite(action, inputs, own)

    def _script(self, step: Mapping[str, Any], own: Mapping[str, str]) -> Mapping[str, str]:
        """Run a script. What it told before it failed counts, as the variables and the outputs do on GitHub."""
        files = {name: self.runner.place.root / name.lower() for name in COMMAND_FILES}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        script = self.runner.place.root / "step.sh"
        script.write_text(as_text(fill(step["run"], self._seen(own))), encoding="utf-8")
        folder = self.runner.place.workspace / as_text(fill(step.get("working-directory", "."), self._seen(own)))
        told = {name: str(file) for name, file in files.items()}
        environment = {**self.environment, **self.runner.variables, **own, **told}
        environment["PATH"] = ":".join([*self.runner.path, str(self.runner.hub.tools), environment["PATH"]])
        minutes = float(step.get("timeout-minutes", LONGEST_MINUTES))
        code = self._call([*self.shell, str(script)], folder, environment, minutes)
        outputs = self._take({name: file.read_text(encoding="utf-8") for name, file in files.items()})
        if code:
            raise ActionError(f"exit code {code}", outputs)
        return outputs

    def _take(self, told: Mapping[str, str]) -> Mapping[str, str]:
        """What a script told by its files: variables and the path are the job's, the outputs its own."""
        self.runner.variables |= parse(told["GITHUB_ENV"])
        self.runner.path[:0] = reversed(told["GITHUB_PATH"].splitlines())
        self.summary += told["GITHUB_STEP_SUMMARY"]
        return parse(told["GITHUB_OUTPUT"])

    def _call(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], minutes: float) -> int:
        """The exit code of a command, which is ended with all that it started when its time is over."""
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        over = Timer(minutes * 60, lambda: os.killpg(process.pid, signal.SIGKILL))
        over.start()
        try:
            with process:
                for line in process.stdout or ():
                    self.log.say(line)
        finally:
            over.cancel()
        return process.returncode

    def _composite(self, action: str, inputs: Mapping[str, Any], own: Mapping[str, str]) -> Mapping[str, str]:
        """The steps of a composite action: of a folder of the workspace, or of a repository, from its main branch."""
        folder = self.runner.place.workspace / action if action.startswith("./") else self._fetched(action)
        described = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        given = {
            key: as_text(inputs.get(key, value.get("default", "")))
            for key, value in described.get("inputs", {}).items()
        }
        unknown = set(inputs) - set(given)
        if unknown:
            raise ActionError(f"{action} has no input {', '.join(sorted(unknown))}")
        github = {**self.context["github"], "action_path": str(folder)}
        context = {**self.context, "inputs": given, "steps": {}, "github": github}
        environment = {**self.environment, **own, "GITHUB_ACTION_PATH": str(folder)}
        inner = Steps(self.runner, context, environment, self.log)
        well = inner.run(described["runs"]["steps"])
        self.summary += inner.summary
        told = described.get("outputs", {})
        outputs = {key: as_text(fill(value["value"], context)) for key, value in told.items()}
        if not well:
            raise ActionError(f"{action} failed", outputs)
        return outputs

    def _fetched(self, action: str) -> Path:
        if not action.endswith("/find-mem-leaks"):
            raise UnknownError(f"this rehearsal does not know the action {action}")
        folder = self.runner.place.root / "action"
        if not folder.exists():
            git(
                "clone",
                "--quiet",
                "--depth=1",
                f"{self.runner.hub.server}/{REPOSITORY}",
                folder,
                folder=self.runner.place.root,
            )
        return folder


def variables(runner: Runner, github: Mapping[str, Any], surroundings: Mapping[str, str]) -> dict[str, str]:
    """The variables that every script of a job sees."""
    place = runner.place
    named = {
        f"GITHUB_{key.upper()}": str(github[key])
        for key in ("sha", "ref", "ref_name", "repository", "server_url", "event_name", "run_id", "workflow")
    }
    own = {"HOME": place.home, "RUNNER_TEMP": place.temporary, "GITHUB_WORKSPACE": place.workspace}
    allowed = {"REHEARSAL_CONTENTS": runner.permissions.get("contents", "none")}
    allowed["REHEARSAL_ISSUES"] = runner.permissions.get("issues", "none")
    allowed["REHEARSAL_PULLS"] = runner.permissions.get("pull-requests", "none")
    return {**inherited(surroundings), **named, **{key: str(path) for key, path in own.items()}, **allowed}


def matrix(strategy: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The combinations of a matrix, already filled; one empty one without a matrix."""
    axes = {key: value for key, value in strategy.items() if key not in {"include", "exclude"}}
    combinations: list[dict[str, Any]] = [{}] if axes or not strategy else []
    for key, values in axes.items():
        combinations = [{**one, key: value} for one in combinations for value in values]
    for gone in strategy.get("exclude", ()):
        combinations = [one for one in combinations if any(one.get(key) != value for key, value in gone.items())]
    more: list[dict[str, Any]] = []
    for extra in strategy.get("include", ()):
        fitting = [
            one
            for one in combinations
            if axes and all(one.get(key, value) == value for key, value in extra.items() if key in axes)
        ]
        for one in fitting:
            one.update(extra)
        if not fitting:
            more.append(dict(extra))
    yield from [*combinations, *more]
