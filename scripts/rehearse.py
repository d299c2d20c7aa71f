"""Run the workflows' own steps on this machine, from plan to published site. Takes arguments of the script.

``python scripts/rehearse.py [STORY...] [--keep DIR]``: all stories, or those named. Jobs pass each other what they
would pass each other on GitHub; act runs them, with a stand-in for each action (scripts/rehearsal/stand_ins). The
measuring is cut down by the variables that the workflows themselves read (one SQLAlchemy series, few stacks, the quick
profile) and by a commit that leaves few benchmarks, or few tests: no step is another than the workflow's own. What was
not run stands beside a story's end. One that does not end as it should makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from rehearsal import changes, workflow
from rehearsal.hub import Hub, tools
from rehearsal.projects import PROJECTS, Project
from rehearsal.workflow import Event, Outcome, Run, UnknownError, instead, without_services

from find_mem_leaks.database_servers.kinds import started
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import environments
from find_mem_leaks.subjects.databases import VARIABLES

ROOT = Path(__file__).parents[1]
HISTORY = "measurements"
SERIES = "2.0"
# Of the databases, likewise: no cell waits for a verdict.
FEW_CELLS = "-s reconnect --rounds 2 --operations 40"
SHARDS = 2
FEW = {"SERIES": SERIES, "SHARDS": str(SHARDS), "FIND_MEM_LEAKS_PROFILE": "quick"}
LOST = f"sqlalchemy-{SERIES}-shard-2-of-{SHARDS}"
ONE_STACK = {"SERIES": SERIES, "FIND_MEM_LEAKS_ARGUMENTS": "sync_session"}
CHANGED = "src/find_mem_leaks/measured/blog/units_of_work.py"
LEAK = "\n\nkept = []\n_create = create\n\n\ndef create(session):\n    kept.append(bytes(2000))\n    _create(session)\n"


class StoryError(Exception):
    """What came out is not what should have come out."""


def expect(holds: object, what: str) -> None:
    if not holds:
        raise StoryError(f"not so: {what}")
    print(f"  as it should: {what}", flush=True)


def start(folder: Path) -> tuple[Hub, str]:
    """A hub with what is committed here as its main branch."""
    hub = Hub(folder)
    tools(hub.tools)
    return hub, hub.host(ROOT, "HEAD")


def ran(what: str, run: Run, *, well: bool = True) -> Mapping[str, Outcome]:
    """Carry out a run that is to succeed or to fail; what became of its jobs."""
    outcomes = run()
    expect(run.succeeded is well, f"{what} {'succeeds' if well else 'fails'}")
    return outcomes


def figures(document: Mapping[str, Any]) -> set[str]:
    """The benchmarks that a results file of asv has a figure of."""
    with_figures = set()
    for name, row in document["results"].items():
        values = row[0] if isinstance(row[0], list) else [row[0]]
        if any(value is not None and value == value for value in values):  # noqa: PLR0124 - NaN is n/a
            with_figures.add(name)
    return with_figures


def measured(folder: Path) -> set[str]:
    """The benchmarks that the shards below have figures of."""
    files = [file for file in folder.rglob("results/*/*.json") if file.name != "machine.json"]
    return set().union(*(figures(json.loads(file.read_text(encoding="utf-8"))) for file in files))


def points(site: Path, benchmark: str) -> int:
    """Return how many points the longest of a benchmark's graphs has; those of parameters hold a list per revision."""
    graphs = [json.loads(file.read_text(encoding="utf-8")) for file in site.glob(f"graphs/**/{benchmark}.json")]
    return max(map(len, graphs), default=0)


def benchmarks(folder: Path) -> None:
    """From plan to published site, twice, and by the calendar; and once more with a shard that never came."""
    hub, _ = start(folder)
    commit = hub.commit("Measure few stacks", dict.fromkeys(changes.LEFT_OUT))
    text = workflow.read(ROOT, "benchmarks.yml")
    ran("the first run", Run(hub, text, Event("push", commit), FEW))
    of_shards = {shard.name: measured(shard) for shard in sorted(hub.artifacts.glob("sqlalchemy-*"))}
    expect(len(of_shards) == SHARDS and all(of_shards.values()), f"both shards measured: {counts(of_shards)}")
    for name, measured_here in of_shards.items():
        expect(all(points(hub.site, each) == 1 for each in measured_here), f"the site has a graph of all of {name}")
    second = replace(hub, run=2)
    later = second.commit("Change nothing that is measured", {"docs/rehearsed.md": "Rehearsed.\n"})
    ran("the second run", Run(second, text, Event("push", later), FEW))
    kept = second.files(HISTORY)
    expect(all(any(f"/{sha[:8]}" in path for path in kept) for sha in (commit, later)), "the history has both runs")
    everything = set().union(*of_shards.values())
    expect(all(points(hub.site, each) == 2 for each in everything), f"{len(everything)} graphs have two points each")
    by_calendar(replace(hub, run=3), text, later)
    lose(replace(hub, run=4), text, later, second.artifacts)


def by_calendar(hub: Hub, text: str, commit: str) -> None:
    """The newest packages are measured at the same commit, beside the locked ones."""
    before = set(hub.files(HISTORY))
    ran("the weekly run", Run(hub, text, Event("schedule", commit), FEW))
    added = {path for path in set(hub.files(HISTORY)) - before if path.endswith(".json")}
    newest = f"PACKAGESnewest-SQLALCHEMY{SERIES}"
    expect(added and all(newest in path for path in added), f"it adds {len(added)} files of the newest packages alone")
    page = (hub.site / "leaks.html").read_text(encoding="utf-8")
    expect("locked packages</h2>" in page and "newest packages</h2>" in page, "the site shows both lines")


def counts(of_shards: Mapping[str, set[str]]) -> str:
    return ", ".join(f"{name} {len(found)} benchmarks" for name, found in of_shards.items())


def lose(hub: Hub, text: str, commit: str, artifacts: Path) -> None:
    """The second run once more, from its artifacts but for one: the merge fails and names it, the history stands."""
    hub.artifacts.mkdir(parents=True)
    for shard in artifacts.glob("sqlalchemy-*"):
        if shard.name != LOST:
            (hub.artifacts / shard.name).symlink_to(shard)

    before = hub.tip(HISTORY)
    measure = f'test "${{{{ matrix.name }}}}" != {LOST}'
    outcomes = Run(hub, instead(text, "measure", measure), Event("push", commit), FEW)()
    expect(outcomes["merge"].result == "failure", "without a shard the merge fails")
    expect(f"{LOST} is missing" in outcomes["merge"].log, f"it says that {LOST} is missing")
    skipped = {name for name, outcome in outcomes.items() if outcome.result == "skipped"}
    expect(skipped == {"keep", "publish", "deploy"} and hub.tip(HISTORY) == before, "nothing is kept or published")


def pull_request(folder: Path) -> None:
    """A change that is clean passes; one that leaks fails, and says where."""
    hub, base = start(folder)
    text = workflow.read(ROOT, "pull-request.yml")
    source = (ROOT / CHANGED).read_text(encoding="utf-8")
    changes = {"clean": source + "\n# A change that keeps nothing.\n", "leaking": source + LEAK}
    summaries = {}
    for run, (name, changed) in enumerate(changes.items(), 1):
        head = hub.commit(f"Be {name}", {CHANGED: changed}, branch=name)
        event = Event("pull_request", hub.merge(base, head), "refs/pull/1/merge")
        run_ = Run(replace(hub, run=run), text, event, ONE_STACK)
        verdict = ran(f"a {name} change", run_, well=name == "clean")["verdict"]
        summaries[name] = verdict.summary
        annotated = f"::error file={CHANGED}" in verdict.log
        expect(annotated is (name == "leaking"), f"{'an' if annotated else 'no'} annotation at the line that leaks")
    expect("0 new leaks" in summaries["clean"], "the summary of the clean one says so")
    shown = summaries["leaking"].replace("\\_", "_")
    expect(re.search(r"sync_session .*leaking.*new leak", shown), "the summary of the other has the leak in its table")
    expect(f"{Path(CHANGED).name}:" in shown, "and the line that leaks")


def example(page: str) -> str:
    """The workflow that a page shows, of which this checkout is the action."""
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(# \.github/workflows/\w+\.yml\n.*?)```", text, re.DOTALL)
    if not shown:
        raise StoryError(f"{page} shows no workflow of the action")
    return shown[1]


def action(folder: Path) -> None:
    """The lines of the pages in projects that have nothing but a workload, or an application."""
    hub, _ = start(folder)
    run = 0
    for project in PROJECTS:
        name = f"somebody/{Path(project.file).stem}"
        hub.begin(name)
        for text, well in zip(project.texts, (True, False), strict=True):
            run += 1
            _action_on(replace(hub, run=run), name, project, text, well)


def _action_on(hub: Hub, name: str, project: Project, text: str, well: bool) -> None:
    """One run of a project's workflow, on its text that is well or leaks."""
    commit = hub.commit("Say what is to be measured", {project.file: text, **project.others}, name=name)
    what = f"a {'clean' if well else 'leaking'} {Path(project.file).name}"
    run = Run(hub, example(project.page), Event("push", commit, repository=name))
    [outcome] = ran(what, run, well=well).values()
    expect(project.named in outcome.summary, "what was measured is in the summary")
    expect(("leaking" in outcome.summary) is not well, "its verdict is in the summary")
    annotated = f"::error file={project.file},line={project.line}" in outcome.log
    expect(annotated is not well, "an annotation if it leaks, else none")


def release(folder: Path) -> None:
    """A tag is built, checked, and published; a tag of another version is not."""
    hub, commit = start(folder)
    text = workflow.read(ROOT, "release.yml")
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    for run, (tag, well) in enumerate({"v99": False, f"v{version[1] if version else ''}": True}.items(), 1):
        ran(f"the tag {tag}", Run(replace(hub, run=run), text, Event("push", commit, f"refs/tags/{tag}")), well=well)
        published = sorted(file.suffix for file in hub.published.glob("*"))
        expect(published == ([".gz", ".whl"] if well else []), f"published are {published}")


def releases(folder: Path) -> None:
    """The newest releases are measured; of one that leaks an issue tells, and the next week no other."""
    hub, commit = start(folder)
    text = workflow.read(ROOT, "releases.yml")
    watched = Run(hub, text, Event("schedule", commit), {"PACKAGES": "greenlet", "NEWEST": "2"})
    outcomes = ran("a week without news", watched)
    # On a busy machine the quick profile may not come to a verdict: that is no news either.
    verdicts = re.findall(r"\| (clean|bounded|inconclusive) \|", outcomes["watch"].summary)
    expect(len(verdicts) == 2, f"both releases of greenlet are measured, and neither leaks: {', '.join(verdicts)}")
    issues = hub.tools / "issues.json"
    expect(json.loads(issues.read_text(encoding="utf-8")) == [], "no issue is opened")
    line = json.loads((hub.artifacts / "watched" / "greenlet.json").read_text(encoding="utf-8"))
    turn = {"what": "leaks", "release": line["releases"][-1]["release"], "before": "3.0", "between": []}
    for run in (2, 3):
        week = replace(hub, run=run)
        (week.artifacts / "watched").mkdir(parents=True)
        (week.artifacts / "watched" / "greenlet.json").write_text(json.dumps({**line, "turns": [turn]}))
        ran(f"week {run}, of a leak,", Run(week, instead(text, "watch"), Event("schedule", commit)))
        expect(len(json.loads(issues.read_text(encoding="utf-8"))) == 1, "there is one issue")


def locks(folder: Path) -> None:
    """A lock file that has grown old is renewed in one pull request; the next week changes no more than its text."""
    hub, _ = start(folder)
    text = workflow.read(ROOT, "locks.yml")
    lock = f"benchmarks/locks/{SERIES}.txt"
    old = re.sub(r"^aiosqlite==.*$", "aiosqlite==0.20.0", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    commit = hub.commit("Be of before", {lock: old})
    pulls = hub.tools / "pulls.json"
    for run in (1, 2):
        ran(f"week {run}", Run(replace(hub, run=run), text, Event("schedule", commit)))
        [pull] = json.loads(pulls.read_text(encoding="utf-8"))
        expect("- aiosqlite 0.20.0 → " in pull["body"], "there is one pull request, which says what moves")
    expect(hub.tip("renew-locks") != commit, "its branch has a commit")
    expect(hub.tip("main") == commit, "main stays")


def databases(folder: Path) -> None:
    """Every driver of one series, in two shards on servers that run already; one page of all."""
    hub, commit = start(folder)
    with ExitStack() as throw_away:
        servers = {variable: started(kind, throw_away).url for kind, variable in VARIABLES.items()}
        few = {"SERIES": SERIES, "SHARDS": str(SHARDS), "ARGUMENTS": FEW_CELLS, **servers}
        text = without_services(workflow.read(ROOT, "databases.yml"), "measure")
        ran("every job", Run(hub, text, Event("schedule", commit), few))
    files = sorted(hub.artifacts.glob("sqlalchemy-*/*.json"))
    cells = [cell for file in files for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
    drivers = {cell["database"] for cell in cells}
    expect(len(files) == SHARDS and len(drivers) > SHARDS, f"the shards have {len(cells)} cells: {', '.join(drivers)}")
    report = (hub.artifacts / "report" / "index.html").read_text(encoding="utf-8")
    expect(all(cell["stack"] in report for cell in cells), "the page has all of them")


def installed(version: str) -> bool:
    """Return whether this machine has such a Python."""
    try:
        environments.find_python(version)
    except UsageError:
        return False
    return True


def ci(folder: Path) -> str:
    """All jobs pass, with few tests; the coverage of all Pythons is joined, and held to its limit."""
    hub, _ = start(folder)
    text = workflow.read(ROOT, "ci.yml")
    pythons = workflow.axis(text, "tests", "python")
    here = [python for python in pythons if installed(python)]
    expect(len(here) > 1, f"of the Pythons to test, this machine has two or more: {', '.join(here)}")
    commit = hub.commit("Run few tests", changes.few_tests(ROOT, hub.files("main"), here[0]))
    run = Run(hub, text, Event("push", commit), matrix=[f"python:{python}" for python in here])
    outcomes = ran("every job", run)
    for python in here:
        expect(f"platform linux -- Python {python}." in outcomes["tests"].log, f"tests ran on CPython {python}")
    parts = [f"coverage-{python}.data" for python in here]
    expect(all(part in outcomes["coverage"].log for part in parts), f"joined are {', '.join(parts)}")
    too_little(replace(hub, run=2), text, hub.artifacts)
    away = [f"not run: tests on CPython {python}" for python in pythons if python not in here]
    return ", ".join([*away, "the steps of macos ran on Linux"])


def too_little(hub: Hub, text: str, artifacts: Path) -> None:
    """The coverage of few tests against the limit of the project itself: only joined is it held to it here."""
    hub.artifacts.parent.mkdir(parents=True, exist_ok=True)
    hub.artifacts.symlink_to(artifacts)
    limited = hub.commit("Ask for more", {"pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8")})
    for job in yaml.safe_load(text)["jobs"]:
        text = text if job == "coverage" else instead(text, job)
    outcome = Run(hub, text, Event("push", limited))()["coverage"]
    expect(outcome.result == "failure", "coverage below the limit fails")
    expect("is less than fail-under" in outcome.log, "it says that it is too little")


STORIES: Mapping[str, Callable[[Path], str | None]] = {
    "ci": ci,
    "benchmarks": benchmarks,
    "pull-request": pull_request,
    "action": action,
    "releases": releases,
    "databases": databases,
    "locks": locks,
    "release": release,
}


def tell(name: str, folder: Path) -> bool:
    """Return whether a story ended as it should; its seconds and what went wrong go to standard output."""
    print(f"{name}: {(STORIES[name].__doc__ or '').splitlines()[0]}", flush=True)
    began = time.monotonic()
    try:
        note = STORIES[name](folder)
    except (StoryError, UnknownError) as error:
        print(f"{name}: {error}", flush=True)
        return False
    print(f"{name}: as it should, {time.monotonic() - began:.0f} s{f' ({note})' if note else ''}", flush=True)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("stories", nargs="*", metavar="STORY", help=f"of {', '.join(STORIES)}; all if none is named")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave everything there to look at")
    arguments = parser.parse_args()
    if unknown := set(arguments.stories) - set(STORIES):
        parser.error(f"there is no story {', '.join(sorted(unknown))}: {', '.join(STORIES)}")
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.keep.resolve() if arguments.keep else Path(temporary)
        succeeded = [tell(name, root / name) for name in arguments.stories or STORIES]
    return 0 if all(succeeded) else 1


if __name__ == "__main__":
    sys.exit(main())
