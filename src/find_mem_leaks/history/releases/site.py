"""The asv site of a package's releases: its configuration, its benchmark, and the calls of asv that make it."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from find_mem_leaks.history.releases.ledger import BRANCH, alone
from find_mem_leaks.history.releases.outcomes import Course
from find_mem_leaks.history.releases.package_index import PYPI
from find_mem_leaks.history.releases.suite import COMMITS
from find_mem_leaks.history.suite import RECORDS

CONFIGURATION = "asv.releases.conf.json"
LEDGER, BENCHMARKS, RESULTS, HTML = "ledger", "benchmarks", "results", "html"
# Which commits asv has taken up, by the courses' keys; which it is to take up next.
TAKEN, HASHES = "taken.json", "hashes.txt"
HASH_LENGTH = 8
# What asv says where the benchmark itself has failed.
NO_FIGURES = "setup_cache failed"
# asv forgets figures of another version: those of a workload that has changed since, or was judged by other rules.
MODULE = '''"""Written by `find-mem-leaks releases`, anew with each call."""

import json
from pathlib import Path

from find_mem_leaks.history.releases.suite import ReleaseSuite


class {name}(ReleaseSuite):
    stack = {stack!r}
    params = ({scenario!r},)
    version = {version!r}
    courses = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

    def setup_cache(self):
        return self.measure()
'''


class SiteError(Exception):
    """asv did not do what it was asked to; the message is one line."""


@dataclass(frozen=True)
class Site:
    """The site's folder; package and index: what it is about."""

    folder: Path
    package: str
    index: str

    @property
    def html(self) -> Path:
        return self.folder / HTML

    def configure(self, course: Course, commits: Mapping[str, str], call: Sequence[str], outcomes: Path) -> None:
        """Write the configuration and the course's benchmark; commits: hashes by version; call: the command's words."""
        (self.folder / BENCHMARKS).mkdir(exist_ok=True)
        (self.folder / BENCHMARKS / "__init__.py").write_text("", encoding="utf-8")
        _write(self.folder / COMMITS, {commit: version for version, commit in commits.items()})
        _write(self.folder / CONFIGURATION, self._configuration(course.series))
        module = self.folder / BENCHMARKS / f"{name_of(course)}.py"
        courses = _read(module.with_suffix(".json"))
        kept = os.path.relpath(outcomes, self.folder)
        courses[course.series] = {"outcomes": kept, "call": list(call), "directory": str(Path.cwd())}
        _write(module.with_suffix(".json"), courses)
        stack, scenario = course.order.label or course.order.stack, course.order.scenario.name
        text = MODULE.format(name=_title(stack), stack=stack, scenario=scenario, version=course.content)
        module.write_text(text, encoding="utf-8")

    def _configuration(self, python: str) -> dict[str, Any]:
        on_pypi = self.index.rstrip("/") == PYPI
        page = f"https://pypi.org/project/{self.package}/" if on_pypi else "#"
        return {
            "version": 1,
            "project": self.package,
            "project_url": page,
            "repo": LEDGER,
            "branches": [BRANCH],
            "show_commit_url": f"{page}#history-" if on_pypi else page,
            "environment_type": "release",
            "pythons": [python],
            "benchmark_dir": BENCHMARKS,
            "env_dir": "env",
            "results_dir": RESULTS,
            "html_dir": HTML,
            "hash_length": HASH_LENGTH,
            "leaks_dir": RECORDS,
            "plugins": [".find_mem_leaks.history.releases.environment", ".find_mem_leaks.history.site"],
            "regressions_first_commits": {r".*\.track_(limit|seconds|rss_growth)": None},
            "regressions_thresholds": {r".*\.track_(leaked|blocks)": 0.1},
        }

    def run(self, course: Course, commits: Sequence[str], fresh: Sequence[str]) -> None:
        """Let asv take up those of these commits whose figures it has not, ``fresh`` ones among them; SiteError if it
        fails."""
        taken = _read(self.folder / TAKEN)
        before = {commit for commit in taken.get(course.key, ()) if self._has(commit)}
        left = [commit for commit in commits if commit in set(fresh) or commit not in before]
        if not left:
            return
        if platform.node() not in _read(Path.home() / ".asv-machine.json"):
            self._asv("machine", "--yes")
        (self.folder / HASHES).write_text("".join(f"{commit}\n" for commit in left), encoding="utf-8")
        self._asv("run", "--bench", rf"^{re.escape(name_of(course))}\.", f"HASHFILE:{HASHES}")
        _write(self.folder / TAKEN, {**taken, course.key: sorted({*before, *left})})

    def _has(self, commit: str) -> bool:
        """Return whether asv's results still have the commit."""
        return any((self.folder / RESULTS).glob(f"*/{commit[:HASH_LENGTH]}-*.json"))

    def publish(self, commits: Mapping[str, str]) -> None:
        """Write the site; SiteError if asv fails. Over the graphs stand the releases that were measured: the names of
        all, of which there may be hundreds, would cover each other. commits: hashes by version."""
        self._asv("publish")
        index = self.html / "index.json"
        document = _read(index)
        tags = document.get("tags", {})
        measured = {tag: place for tag, place in tags.items() if self._has(commits.get(tag, tag))}
        index.write_text(json.dumps({**document, "tags": measured}, separators=(",", ":")), encoding="utf-8")

    def _asv(self, *words: str) -> None:
        called = [sys.executable, "-m", "asv", "--config", CONFIGURATION, *words]
        done = subprocess.run(
            called, cwd=self.folder, env=alone(), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        output = (done.stdout + done.stderr).decode(errors="replace")
        (self.folder / f"asv-{words[0]}.log").write_text(output, encoding="utf-8")
        # asv run says by 2 that figures are missing: of a stack that failed, which the table has said, or of all.
        expected = {0, 2} if words[0] == "run" and NO_FIGURES not in output else {0}
        if done.returncode not in expected:
            lines = [line.strip() for line in output.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
            raise SiteError(f"asv {words[0]} failed: {lines[-1][:200]} (see {self.folder}/asv-{words[0]}.log)")


def name_of(course: Course) -> str:
    """The name of the course's module: of the stack and the scenario, as Python spells names."""
    order = course.order
    return re.sub(r"\W+", "_", f"{Path(order.label or order.stack).stem}_{order.scenario.name}").lower()


def _title(stack: str) -> str:
    words = re.sub(r"\W+", "_", Path(stack).stem).split("_")
    name = "".join(word.capitalize() for word in words)
    return name if name[:1].isalpha() else f"Stack{name}"


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, indent=4) + "\n", encoding="utf-8")
