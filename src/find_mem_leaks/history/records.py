"""The records that the suite has kept of the commits on the site, as a history for each environment."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from asv.console import log
from asv.results import iter_results

from find_mem_leaks import results
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.commits import LOCKED, NEWEST, Commit, History, Measured
from find_mem_leaks.history.suite import MISSING, RECORDS
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict

COPIES = "leaks"
# How many commits a cell's strip of verdicts goes back, and what is left out of the records of all but the newest.
STRIP = 30
READINGS = ("rounds", "caps", "children", "held", "unended", "tests", "trials", "culprits")
# What the name of an environment of the newest packages has beside that of the locked ones; what asv calls a value that
# an environment lacks.
NEWEST_MARK = f"-PACKAGES{NEWEST}"
LACKING = "[none]"


@dataclass(frozen=True)
class Records:
    """Those of a site. conf, repo and revisions, the numbers of commits, are as asv hands them to a publisher."""

    conf: Any
    repo: Any
    revisions: Mapping[str, int]

    def histories(self) -> list[History]:
        """A history for each environment with records of commits on the site."""
        histories = list(self._histories())
        return _in_lines(histories) if hasattr(self.conf, "install_newest") else histories

    @property
    def _folder(self) -> Path:
        return Path(getattr(self.conf, "leaks_dir", RECORDS))

    @cached_property
    def _tags(self) -> dict[str, str]:
        return {commit: tag for tag, commit in self.repo.get_tags().items()}

    @cached_property
    def _commits(self) -> list[str]:
        """Return those that there is anything of, the oldest first."""
        known = (path.name for path in self._folder.glob("*/") if path.name in self.revisions)
        return sorted(known, key=lambda commit: self.revisions[commit])

    def _histories(self) -> Iterator[History]:
        chosen = _chosen(self.conf)
        for name in sorted({path.name for commit in self._commits for path in (self._folder / commit).glob("*/")}):
            measured = [commit for commit in self._commits if any((self._folder / commit / name).glob("*.json"))]
            if measured:
                *before, last = measured[-STRIP:]
                earlier = tuple(self._commit(commit, name) for commit in before)
                folder = f"{COPIES}/{last[: self.conf.hash_length]}/{name}"
                newest = self._commit(last, name, folder)
                yield History(name, folder, newest, earlier, chosen.get(name, {}), dict(self._missing(name)))

    def _commit(self, commit: str, environment: str, copies: str = "") -> Commit:
        """A commit; with its readings where its records are copied into a folder of the site."""
        cells: list[Measured] = []
        for file in sorted((self._folder / commit / environment).glob("*.json")):
            if copies:
                self._copy(file, copies)
            cells += _cells(file, f"{copies}/{file.name}", is_whole=bool(copies))
        day = datetime.fromtimestamp(self.repo.get_date(commit) / 1000, UTC).date().isoformat()
        return Commit(commit, self._name(commit), tuple(cells), day, self.revisions[commit])

    def _name(self, commit: str) -> str:
        return self._tags.get(commit, commit[: self.conf.hash_length])

    def _copy(self, file: Path, folder: str) -> None:
        target = Path(self.conf.html_dir) / folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)

    def _missing(self, environment: str) -> Iterator[tuple[str, str]]:
        """The commits that the suite says it has no record of, and why."""
        for commit in self._commits:
            for file in (self._folder / commit / environment).glob(f"*{MISSING}"):
                if not file.with_name(file.name.replace(MISSING, ".json")).exists():
                    yield self._name(commit), file.read_text(encoding="utf-8", errors="replace")


def _in_lines(histories: Sequence[History]) -> list[History]:
    """The histories as lines of their series: below the locked line the newest one of the same environment."""
    locked = {each.name: replace(each, line=LOCKED) for each in histories if NEWEST_MARK not in each.name}
    newest = {
        each.name: replace(each, line=NEWEST, beside=locked.get(each.name.replace(NEWEST_MARK, "")))
        for each in histories
        if NEWEST_MARK in each.name
    }
    return sorted((locked | newest).values(), key=lambda each: (each.name.replace(NEWEST_MARK, ""), each.line))


def _chosen(conf: Any) -> dict[str, dict[str, str]]:
    """The values that select each environment's graphs, of the variables in which environments differ."""
    variables_of = {_folder(result.env_name): result.env_vars for result in iter_results(conf.results_dir)}
    names = sorted({name for variables in variables_of.values() for name in variables})
    values = {
        environment: {name: str(variables.get(name, LACKING)) for name in names}
        for environment, variables in variables_of.items()
    }
    differ = [name for name in names if len({own[name] for own in values.values()}) > 1]
    return {environment: {f"env-{name}": own[name] for name in differ} for environment, own in values.items()}


def _folder(environment: str) -> str:
    """Return what the suite calls an environment's folder."""
    return re.sub(r"[^\w.+-]+", "_", environment)


def _cells(file: Path, address: str, *, is_whole: bool) -> list[Measured]:
    """The cells of a record; none, and a warning, if it is damaged."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        benchmark, locked = str(document["benchmark"]), dict(document.get("packages", {}))
        records = document["cells"] if is_whole else [_without_readings(record) for record in document["cells"]]
        cells = results.from_json({**document, "cells": records}, str(file))
        failed = [_failed(file.stem, *each) for each in document.get("failed", {}).items()]
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        log.warning(f"{file} is not a record of the suite and is left out: {type(error).__name__}")
        return []
    return [Measured(cell, benchmark, address, locked) for cell in (*cells, *failed)]


def _without_readings(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, **{name: () for name in READINGS if name in record}, "deployed": None}


def _failed(stack: str, scenario: str, reason: str) -> results.Cell:
    """A cell in which the tool itself failed: there is no record of it."""
    return results.Cell(
        stack=stack,
        scenario=scenario,
        mix=None,
        sqlalchemy=None,
        python="",
        packages={},
        protocol="",
        seed=0,
        operations=0,
        seconds=0.0,
        wall_seconds=0.0,
        rounds=(),
        rules=Rules(),
        verdict=Verdict.FAILED,
        reason=reason,
        error=reason,
    )
