"""The base of the asv suite: a class per stack measures it once, and tells asv its figures one by one.

The suite comes from the working tree, the tool that it calls from the commit that is being measured: what passes
between them is the command line of ``run``, its results file, and the requests that the measured side answers. So it
imports nothing but the standard library, which also keeps the process whose peak asv reads as small as the stack is.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from . import calls, figures, together
from .figures import Figures, Record
from .together import Wanted

VARIABLE = "FIND_MEM_LEAKS_PROFILE"
QUICK, REGULAR, FULL = PROFILES = ("quick", "regular", "full")
# The interpreter with the tool and what it needs, below asv's environment. The environment itself has what the stacks
# need: asv's own runner imports numpy where it finds one, and the peak of a process would be numpy's.
TOOL = "tool/bin/python"
# Where the whole records go, below asv's configuration: by commit, environment and stack.
RECORDS = ".asv/leaks"
# The folder of the lock files, which name the packages that matter to the stacks, below asv's configuration.
LOCKS = "benchmarks/locks"
# The ending of the file that says why a stack has no record of a commit.
MISSING = ".missing.txt"

# All scenarios, whatever the profile: asv knows a figure by its parameter's place in this list.
SCENARIOS = (
    "balanced",
    "10000_operations",
    "100000_operations",
    "1000000_operations",
    "create_heavy",
    "read_heavy",
    "update_heavy",
    "delete_heavy",
)
BALANCED = SCENARIOS[:1]
HEAVY = SCENARIOS[4:]
# These carry out exactly that many operations a round, in so many rounds, the first of which warms up.
FIXED = {"10000_operations": 10_000, "100000_operations": 100_000, "1000000_operations": 1_000_000}
FIXED_ROUNDS = 5
# What commits of before call a scenario that has another name by now.
BEFORE = {"balanced": "10000_operations"}
# Seconds that a cell of the regular profile may take, and cells at once.
TIME_CAP = 30
CELLS_AT_ONCE = 2
# Operations whose peak is read, requests in flight of a served stack; seconds that a figure may take, and a stack
# with all its scenarios: a cell has its own, shorter time-outs.
PEAK_OPERATIONS = 100
CONCURRENCY = 2
FIGURE_SECONDS = 600
STACK_SECONDS = 24 * 3600
USAGE = 2


def profile(environment: Mapping[str, str]) -> str:
    """The profile that is asked for by the variable; ValueError if there is none of that name."""
    wanted = environment.get(VARIABLE) or REGULAR
    if wanted not in PROFILES:
        raise ValueError(f"{VARIABLE} is {wanted!r}: give quick, regular or full")
    return wanted


# Read when asv imports the suite: a wrong one ends the run before anything is measured.
PROFILE = profile(os.environ)


def figure(unit: str, version: str = "1") -> Callable[[Any], Any]:
    """A figure's unit, and the version of what it means: raise it when old figures can't stand beside new ones.

    Without it asv hashes the source, and any edit would part the graph from its past.
    """

    def mark(function: Any) -> Any:
        function.unit, function.version = unit, version
        return function

    return mark


class Suite(ABC):
    """A stack that is not served. A concrete class names its ``stack`` and defines ``setup_cache`` itself.

    asv collects no abstract class, and keys ``setup_cache`` by file and line: inherited, two stacks would share the
    figures of one.
    """

    stack: ClassVar[str]
    params: ClassVar[Sequence[str]] = SCENARIOS
    param_names: ClassVar[Sequence[str]] = ("scenario",)
    # The scenarios of the profiles but for the full one, which takes all.
    quick: ClassVar[Sequence[str]] = BALANCED
    regular: ClassVar[Sequence[str]] = BALANCED + HEAVY
    timeout: ClassVar[int] = FIGURE_SECONDS

    def __init_subclass__(cls) -> None:
        vars(cls).get("setup_cache", Suite.setup_cache).timeout = STACK_SECONDS

    @abstractmethod
    def setup_cache(self) -> dict[str, Figures]:
        """``return self.measure()``, written out in each class."""

    def command(self) -> list[str]:
        """Return how the tool is called: that of the commit, from beside asv's environment, where its dependencies
        are."""
        tool = Path(os.environ.get("ASV_ENV_DIR", "")) / TOOL
        return [str(tool) if tool.exists() else sys.executable, "-m", "find_mem_leaks"]

    def target(self, stacks: Sequence[str] = ()) -> list[str]:
        """Return what ``run`` is asked to measure: stacks, its own if none are given, in asv's environment."""
        return [*(stacks or [self.stack]), "--python", sys.executable]

    def name_of(self, _scenario: str) -> str:
        """Return what the site calls the stack of a scenario."""
        return self.stack

    @contextmanager
    def opening(self, _scenario: str) -> Iterator[dict[str, Any]]:
        """What the measured side is asked to open, of the stack whose peak is read."""
        yield {"stack": self.stack}

    def measure(self) -> dict[str, Figures]:
        """Measure the profile's scenarios: the figures of each, or why there are none. Never raises.

        The whole record is kept for the site, if asv says for which commit.
        """
        records: list[Record] = []
        without: dict[str, Figures] = {}
        for scenarios, options in self._calls():
            cells, reason = self._found_together(scenarios, options), Figures()
            if not cells:
                cells, reason = self._run(scenarios, options)
            if "n/a" in reason and not cells and {*scenarios} & BEFORE.keys():
                cells, reason = self._run_as_before(scenarios, options)
            records += cells
            without.update({name: reason for name in scenarios if name not in {cell["scenario"] for cell in cells}})
        self._keep(records, without)
        return {**without, **{record["scenario"]: figures.of(record) for record in records}}

    def _calls(self) -> Iterator[tuple[Sequence[str], list[str]]]:
        """The scenarios of each call of the tool, and its other options."""
        if PROFILE == QUICK:
            yield self.quick, ["--quick"]
            return
        scenarios = self.regular if PROFILE == REGULAR else [name for name in self.params if name not in FIXED]
        yield scenarios, ["--time-cap", str(TIME_CAP)]
        for name, operations in FIXED.items():
            if PROFILE == FULL and name in self.params:
                yield [name], ["--rounds", str(FIXED_ROUNDS), "--operations", str(operations)]

    def measured_scenarios(self) -> list[str]:
        """The scenarios that the profile measures."""
        return [name for scenarios, _ in self._calls() for name in scenarios]

    def _wanted(self) -> list[Wanted]:
        """Return what it wants of each call of the tool."""
        return [self._want(scenarios, options) for scenarios, options in self._calls()]

    def _want(self, scenarios: Sequence[str], options: Sequence[str]) -> Wanted:
        return Wanted(self.stack, tuple(self.params), tuple(scenarios), tuple(options))

    def _found_together(self, scenarios: Sequence[str], options: Sequence[str]) -> list[Record]:
        """The records of a call for all classes that asv was asked for; none where that is not wanted, or failed."""
        folder = together.folder()
        if folder is None:
            return []
        own = self._want(scenarios, options)
        asked = [wanted for name in together.classes(folder) for wanted in self._class(name)()._wanted()]
        return together.records(folder, own, asked, self._command_of_run)

    def _class(self, name: str) -> type[Suite]:
        """A class of the suite by the name that asv has for it."""
        module, _, of_class = name.rpartition(".")
        package = type(self).__module__.partition(".")[0]
        suite: type[Suite] = getattr(importlib.import_module(f"{package}.{module}"), of_class)
        return suite

    def _command_of_run(
        self, stacks: Sequence[str], scenarios: Sequence[str], options: Sequence[str], file: Path
    ) -> list[str]:
        """The call of the tool that measures scenarios and writes the records to a file."""
        output = ["-j", str(CELLS_AT_ONCE), "-q", "--no-table", "-f", "-o", str(file)]
        return [*self.command(), "run", *self.target(stacks), *options, *_scenario_options(scenarios), *output]

    def _run(self, scenarios: Sequence[str], options: Sequence[str]) -> tuple[list[Record], Figures]:
        """The records of one call of the tool; and why those are missing that it did not make, if any are."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "leaks.json"
            answer = calls.run(self._command_of_run((), scenarios, options, file), together.folder())
            said = (answer.stderr.strip() or f"exit code {answer.returncode}").splitlines()[-1]
            records = together.read(file)
        # What cannot be asked for is no failure: a stack that the commit has not, a package that the environment lacks.
        return records, {"n/a" if answer.returncode == USAGE else "failed": said}

    def _run_as_before(self, scenarios: Sequence[str], options: Sequence[str]) -> tuple[list[Record], Figures]:
        """The same of a commit that knows scenarios by other names; its records have those of today."""
        records, reason = self._run([BEFORE.get(name, name) for name in scenarios], options)
        today = {old: name for name, old in BEFORE.items()}
        return [{**record, "scenario": today.get(record["scenario"], record["scenario"])} for record in records], reason

    def _keep(self, records: Sequence[Record], without: Mapping[str, Figures]) -> None:
        """Write the records where the site finds them, as results files that also name the benchmark."""
        failed = {scenario: why["failed"] for scenario, why in without.items() if "failed" in why}
        for name in dict.fromkeys(map(self.name_of, self.params)):
            own = [record for record in records if self.name_of(record["scenario"]) == name]
            why = {scenario: reason for scenario, reason in failed.items() if self.name_of(scenario) == name}
            if own or why:
                self._write(f"{name}.json", json.dumps(self._document(own, why)))

    def _document(self, cells: Sequence[Record], failed: Mapping[str, str]) -> Record:
        # Commits of before records kept their rules wrote schema 1.
        schema = 2 if all("rules" in record for record in cells) else 1
        document = {"schema_version": schema, "benchmark": self._benchmark(), "failed": failed, "cells": cells}
        return {**document, "packages": _packages(os.environ)}

    def _note_missing(self, reason: str) -> None:
        """Write why there is no record, where the site finds it."""
        self._write(f"{self.stack}{MISSING}", reason)

    def _write(self, name: str, text: str) -> None:
        """A file for the site, if asv says for which commit; failing to write it spoils nothing."""
        place = [os.environ.get(name) for name in ("ASV_CONF_DIR", "ASV_COMMIT", "ASV_ENV_NAME")]
        if not all(place):
            return
        folder, commit, environment = map(str, place)
        path = Path(folder) / RECORDS / commit / re.sub(r"[^\w.+-]+", "_", environment) / name
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def _benchmark(self) -> str:
        """Return what asv calls the class: the module below the suite's package, and its name."""
        return f"{type(self).__module__.partition('.')[2]}.{type(self).__name__}"

    def setup(self, cache: Mapping[str, Figures], scenario: str) -> None:
        """Skip what was not measured; asv takes NotImplementedError for n/a here, and only here."""
        if scenario not in cache:
            raise NotImplementedError(f"{scenario} is not in the {PROFILE} profile")
        if "n/a" in cache[scenario]:
            raise NotImplementedError(cache[scenario]["n/a"])

    @figure("B/op")
    def track_leaked(self, cache: Mapping[str, Figures], scenario: str) -> Any:
        """Growth in bytes per operation of a leaking cell, its limit at the least; exactly 0 of every other."""
        return figures.told(_measured_in(cache, scenario), "leaked")

    @figure("blocks/op")
    def track_blocks(self, cache: Mapping[str, Figures], scenario: str) -> Any:
        """Growth in blocks per operation of a cell that leaks them; exactly 0 of every other."""
        return figures.told(_measured_in(cache, scenario), "blocks")

    @figure("B/op")
    def track_limit(self, cache: Mapping[str, Figures], scenario: str) -> Any:
        """No leak of more than so many bytes per operation: the interval's upper end, its limit at the least."""
        return figures.told(_measured_in(cache, scenario), "limit")

    @figure("MB")
    def track_rss_growth(self, cache: Mapping[str, Figures], scenario: str) -> Any:
        """Resident memory at the end less that before the first operation, warm-up and all; 1 MB at the least."""
        return figures.told(_measured_in(cache, scenario), "rss_growth")

    @figure("s/op")
    def track_seconds(self, cache: Mapping[str, Figures], scenario: str) -> Any:
        """Seconds that an operation took in the fastest round: the others were disturbed."""
        return figures.told(_measured_in(cache, scenario), "seconds")

    def peakmem_process(self, cache: Mapping[str, Figures], scenario: str) -> None:
        """A fixed number of operations in this very process, under the allocator that everybody uses."""
        mix = _measured_in(cache, scenario)["mix"]
        with self.opening(scenario) as stack, tempfile.TemporaryDirectory() as folder, _measuring() as ask:
            load = {"scenario": scenario, "mix": mix, "seed": 0, "capacity": PEAK_OPERATIONS}
            ask(do="open", directory=folder, concurrency=CONCURRENCY, **load, **stack)
            ask(do="prepare", round=1, operations=PEAK_OPERATIONS)
            ask(do="stretch", operations=PEAK_OPERATIONS)
            ask(do="close")

    peakmem_process.version = "1"  # type: ignore[attr-defined]


class ServedSuite(Suite):
    """A stack behind a server, where an operation takes longer: of the mixes only the balanced one, but in full."""

    regular = BALANCED

    @abstractmethod
    def setup_cache(self) -> dict[str, Figures]:
        """Return the figures of each scenario; asv hands them to every method."""


def _packages(environment: Mapping[str, str]) -> dict[str, str]:
    """The versions, in this interpreter, of the packages that the series' lock file names; none without such a file."""
    from importlib import metadata  # noqa: PLC0415 - of no use in the process whose peak is read

    file = Path(environment.get("ASV_CONF_DIR", "")) / LOCKS / f"{environment.get('SQLALCHEMY')}.txt"
    names = re.findall(r"^([\w.-]+)==", file.read_text(encoding="utf-8"), re.MULTILINE) if file.exists() else []
    versions = {}
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


def _scenario_options(scenarios: Sequence[str]) -> list[str]:
    return [word for name in scenarios for word in ("-s", name)]


def _measured_in(cache: Mapping[str, Figures], scenario: str) -> Figures:
    """The figures of a scenario; RuntimeError with the reason if it failed."""
    if "failed" in cache[scenario]:
        raise RuntimeError(cache[scenario]["failed"])
    return cache[scenario]


@contextmanager
def _measuring() -> Iterator[Callable[..., Any]]:
    """The measured side of the installed tool, answering requests in this process."""
    spec = importlib.util.find_spec("find_mem_leaks")
    assert spec is not None
    start = Path(*list(spec.submodule_search_locations or ())) / "measured" / "__main__.py"
    spec = importlib.util.spec_from_file_location("measured_start", start)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.load_package()
    from measured.worker import Worker  # type: ignore[import-not-found]  # noqa: PLC0415

    worker = Worker()
    try:
        yield lambda **request: worker.handle(request)
    finally:
        worker.end()
