"""One session for each thing that a person does. ``nox --list`` shows them; ``nox`` alone runs ``leaks``."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["leaks"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = nox.project.load_toml("pyproject.toml")
SQLALCHEMY = ["1.4", "2.0", "2.1"]
LEAKS = Path("leaks")
# What `databases` measures: drivers by the server that they ask, stacks, scenarios.
POSTGRESQL = ["postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"]
MYSQL = ["mysql+pymysql", "mysql+asyncmy", "mysql+aiomysql"]
# One that is built where it is installed, and what that takes.
BUILT, MYSQLCLIENT, BUILT_BY = "mysql+mysqldb", "mysqlclient", ("cc", "pkg-config", "mariadb_config")
ON_SERVERS = [
    "sync_session",
    "sync_scoped_session",
    "async_session",
    "async_scoped_session",
    "sync_driver",
    "async_driver",
]
ASV = Path(".asv")
# Commits of main that `history` measures if it is not told which.
COMMITS = 3
# One of so many SQLAlchemy releases is measured by `releases`: about 13 of 125.
RELEASES_APART = "10"
# This tool with what makes sites by asv.
WITH_HISTORY = ".[history]"
# What only judges, renders and parses; measuring needs Linux.
JUDGING = ["tests/judging", "tests/reports", "tests/subjects/test_scenarios.py", "tests/test_results.py"]

# The results files of this call of nox, for the table at its end.
written: list[str] = []


def groups(*names: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, *names)


def extras(name: str) -> list[str]:
    """Return what an extra of this package brings."""
    found: list[str] = PROJECT["project"]["optional-dependencies"][name]
    return found


def install(session: nox.Session, *requirements: str) -> None:
    """As ``session.install``, but always by uv: it takes seconds where pip takes minutes.

    What is installed is compiled once, as pip does: every cell is a process or two that import it, and where Python is
    told to write no bytecode, each would compile it anew for a second.
    """
    if session.venv_backend != "uv":
        session.install("uv")
    words = ["uv", "pip", "install", "--compile-bytecode", "--python", session.virtualenv.location]
    session.run_install(*words, *requirements, silent=True)


def install_stack(session: nox.Session, series: str) -> None:
    """Install one SQLAlchemy series and what else the stacks need."""
    install(session, f"sqlalchemy[asyncio]=={series}.*", *groups("stacks"))


def on_path(program: str) -> bool:
    """Whether a program is there; Debian has servers where a user's PATH may not look."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])) is not None


def drivers_here() -> tuple[list[str], tuple[str, ...]]:
    """Return the drivers of the servers that there are or that come by a wheel, and what is installed for them."""
    if not (on_path("mariadbd") or os.environ.get("FIND_MEM_LEAKS_MYSQL_URL")):
        return POSTGRESQL, groups("drivers")
    if all(map(on_path, BUILT_BY)):
        return [*POSTGRESQL, *MYSQL, BUILT], (*groups("drivers"), MYSQLCLIENT)
    return [*POSTGRESQL, *MYSQL], groups("drivers")


def run_its_script(session: nox.Session) -> None:
    """Run the script of the session's name by the Python that runs nox: it needs nothing installed."""
    session.run(sys.executable, f"scripts/{session.name}.py", *session.posargs, external=True)


def document(session: nox.Session, *arguments: str) -> None:
    """Make the documentation's site; what Sphinx reads again at its next run is not published with it."""
    install(session, *groups("docs"))
    site = ASV / "html" / "docs"
    words = ["-q", "-W", "--keep-going", "-d", str(ASV / "doctrees"), *arguments]
    session.run("sphinx-build", *words, "docs", str(site))
    session.log(f"documentation: {site / 'index.html'}")


def page(session: nox.Session, file: str) -> list[str]:
    """Return arguments of a script that writes a page, if it has no others: the page, and the call that it names."""
    command = shlex.join(["nox", "-s", session.name, *(["--", *session.posargs] if session.posargs else [])])
    return [*([] if session.posargs else ["-o", file]), "--command", command]


def shard(arguments: list[str]) -> str:
    """What a part's file adds to its name: ``--shard 2/4`` → ``-shard-2-of-4``."""
    if "--shard" not in arguments[:-1]:
        return ""
    return "-shard-" + arguments[arguments.index("--shard") + 1].replace("/", "-of-")


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def leaks(session: nox.Session, sqlalchemy: str) -> None:
    """Measure every stack on one SQLAlchemy series; a matrix of each comes last. Takes arguments of `run`."""
    install_stack(session, sqlalchemy)
    install(session, "-e", ".")
    LEAKS.mkdir(exist_ok=True)
    results = str(LEAKS / f"sqlalchemy-{sqlalchemy}{shard(session.posargs)}.json")
    written.append(results)
    session.notify("table", [*written])
    session.run("find-mem-leaks", "run", "-v", "--no-table", "-o", results, "-f", *session.posargs)


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def databases(session: nox.Session, sqlalchemy: str) -> None:
    """Measure sessions and drivers on PostgreSQL, and on MariaDB where there is one, on one SQLAlchemy series.

    Takes arguments of `run`. Sessions are measured under the balanced scenario, drivers under all of theirs.
    """
    install_stack(session, sqlalchemy)
    names, requirements = drivers_here()
    install(session, "-e", ".[postgresql]", *requirements)
    LEAKS.mkdir(exist_ok=True)
    results = str(LEAKS / f"databases-{sqlalchemy}{shard(session.posargs)}.json")
    written.append(results)
    session.notify("table", [*written])
    databases = [f"--database={name}" for name in names]
    asked = [*ON_SERVERS, *databases, "-v", "--no-table", "-o", results, "-f", *session.posargs]
    session.run("find-mem-leaks", "run", *asked)


@nox.session(default=False)
def table(session: nox.Session) -> None:
    """Show the results of `leaks`, and write the report."""
    install(session, "-e", ".")
    results = written or session.posargs or sorted(map(str, LEAKS.glob("*.json")))
    session.run("find-mem-leaks", "show", *results)
    session.run("find-mem-leaks", "report", *results, "-o", str(LEAKS / "report"), "-f")
    session.log(f"results: {', '.join(results)}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, a process per core, with branch coverage. Takes arguments of pytest instead."""
    install(session, "-e", ".[history,postgresql]", *groups("tests"))
    # Tests start more than a thousand processes: one that may write no bytecode compiles all that it imports anew.
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    if session.posargs:
        session.run("pytest", *session.posargs)
        return
    # A file's tests stay together: they share what is slow to set up.
    options = ["-n", "auto", "--dist", "loadfile", "--durations", "20", "--cov"]
    # These walk all objects of their process, the first again and again: there are several times as many where all
    # the others' are.
    part = ["--cov-append", "--cov-fail-under", "0", "--cov-report", ""]
    session.run("coverage", "erase")
    session.run("pytest", *options, *part, "tests/measured/explaining")
    session.run("pytest", *options, *part, "tests/measured", "--ignore", "tests/measured/explaining")
    session.run("pytest", *options, "--cov-append", "--cov-report", "term", "--ignore", "tests/measured")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session, *groups("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "-e", ".", *groups("types"))
    session.run("mypy")


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def overhead(session: nox.Session, sqlalchemy: str) -> None:
    """Compare the measured loop with a bare one. Takes names of stacks."""
    install_stack(session, sqlalchemy)
    install(session, "-e", ".")
    session.run("python", "scripts/loop_overhead.py", session.virtualenv.location + "/bin/python", *session.posargs)


@nox.session
def plugin_overhead(session: nox.Session) -> None:
    """Measure how much later pytest starts where the plugin is installed. Takes a number of pairs of runs."""
    install(session, "-e", ".", "pytest>=8.3")
    session.run("python", "scripts/plugin_overhead.py", session.virtualenv.location + "/bin/python", *session.posargs)


@nox.session
def rates(session: nox.Session) -> None:
    """Measure how many operations a second each stack does, on SQLite and on servers; write docs/rates.md."""
    install(session, "-e", ".[postgresql]")
    names, requirements = drivers_here()
    databases = [f"--database={name}" for name in names]
    session.run("python", "scripts/rates.py", "docs/rates.md", *databases, *groups("stacks"), *requirements)


@nox.session
def accuracy(session: nox.Session) -> None:
    """Judge all controls by this tool, with 10 seeds, and by its peers; write docs/accuracy.md.

    Results are kept in leaks/accuracy: it goes on from an interruption. Takes arguments of the script.
    """
    install(session, "-e", ".", *groups("peers"))
    python = session.virtualenv.location + "/bin/python"
    arguments = page(session, "docs/accuracy.md")
    session.run("python", "scripts/accuracy.py", python, python, *arguments, *session.posargs)


@nox.session
def routes(session: nox.Session) -> None:
    """Measure each route of small applications of known truth; write docs/routes.md. Takes arguments of the script."""
    install(session, "-e", ".", *groups("applications"))
    python = session.virtualenv.location + "/bin/python"
    session.run("python", "scripts/routes.py", python, *page(session, "docs/routes.md"), *session.posargs)


@nox.session
def drivers(session: nox.Session) -> None:
    """Measure mistakes around drivers of databases, and drivers with a leak put in; write docs/drivers.md.

    Takes arguments of the script.
    """
    install(session, "-e", ".[postgresql]")
    needed = ["sqlalchemy[asyncio]==2.0.*", "memray", *groups("stacks"), *groups("drivers")]
    session.run("python", "scripts/drivers.py", *page(session, "docs/drivers.md"), *session.posargs, "--", *needed)


@nox.session
def attribution(session: nox.Session) -> None:
    """Explain every leaking control and mistake; write docs/attribution.md. Takes arguments of the script."""
    install_stack(session, "2.0")
    install(session, "-e", ".")
    output = [] if session.posargs else ["-o", "docs/attribution.md"]
    session.run("python", "scripts/attribution.py", session.virtualenv.location + "/bin/python", *output)


@nox.session
def memory_tests(session: nox.Session) -> None:
    """Judge and explain the workloads after SQLAlchemy's memory tests; write docs/memory-tests.md."""
    install_stack(session, "2.1")
    install(session, "-e", ".")
    python = session.virtualenv.location + "/bin/python"
    session.run("python", "scripts/memory_tests.py", python, *page(session, "docs/memory-tests.md"), *session.posargs)


@nox.session(default=False)
def applications(session: nox.Session) -> None:
    """Run the tool on applications that others wrote, by pinned releases; write a table of docs/in-the-wild.md.

    Takes names of scripts/applications.toml, and arguments of the script. Results are kept in leaks/applications.
    """
    install(session, "-e", ".")
    session.run("python", "scripts/applications.py", *page(session, "docs/in-the-wild.md"), *session.posargs)


@nox.session(default=False)
def suites(session: nox.Session) -> None:
    """Run the tool on tests that others wrote, by pinned releases, and on those of releases that leak.

    Takes names of scripts/suites.toml, and arguments of the script; writes tables of docs/in-the-wild.md. Environments
    and results are kept in leaks/suites.
    """
    install(session, "-e", ".")
    session.run("python", "scripts/suites.py", *page(session, "docs/in-the-wild.md"), *session.posargs)


@nox.session(default=False)
def driver_releases(session: nox.Session) -> None:
    """Find the releases of drivers that mended a leak, and the line that leaked; write a table of docs/databases.md.

    Takes names of scripts/driver_releases.toml, and arguments of the script. Results are kept in leaks/drivers.
    """
    install(session, "-e", ".[postgresql]")
    session.run("python", "scripts/driver_releases.py", *page(session, "docs/databases.md"), *session.posargs)


@nox.session(default=False)
def load_generators(session: nox.Session) -> None:
    """Compare the client with wrk, ab, hey and Locust, as far as installed; write a table of docs/your-service.md."""
    install(session, "-e", ".", "fastapi", "flask", "httptools", "locust", "uvicorn", "waitress")
    python = session.virtualenv.location + "/bin/python"
    output = page(session, "docs/your-service.md")
    session.run("python", "scripts/load_generators.py", python, *output, *session.posargs)


@nox.session
def false_alarms(session: nox.Session) -> None:
    """Run the clean controls with 13 seeds, and one at 200 lengths of rounds; write docs/false-alarms.md.

    Results are kept in leaks/false-alarms: it goes on from an interruption. Takes arguments of the script.
    """
    install(session, "-e", ".")
    session.run("python", "scripts/false_alarms.py", *page(session, "docs/false-alarms.md"), *session.posargs)


@nox.session
def comparisons(session: nox.Session) -> None:
    """Compare runs of the same code, and with a leak put in; write a section of docs/ci.md.

    Results are kept in leaks/comparisons: it goes on from an interruption. Takes arguments of the script.
    """
    install(session, "-e", ".")
    session.run("python", "scripts/comparisons.py", *page(session, "docs/ci.md"), *session.posargs)


@nox.session
def sensitivity(session: nox.Session) -> None:
    """Change each constant of the verdict and judge all recorded series again; write docs/sensitivity.md."""
    install(session, "-e", ".")
    output = [] if session.posargs else ["-o", "docs/sensitivity.md"]
    session.run("python", "scripts/sensitivity.py", *output, *session.posargs)


@nox.session
def account(session: nox.Session) -> None:
    """Compare the account of resident memory with workloads whose memory is known; write docs/account.md."""
    install(session, "-e", ".")
    session.run("python", "scripts/account.py", *page(session, "docs/account.md"), *session.posargs)


@nox.session
def what_if(session: nox.Session) -> None:
    """Compare what `--what-if` says with plain processes that do the same; write docs/what-if.md."""
    install(session, "-e", ".")
    session.run("python", "scripts/what_if.py", *page(session, "docs/what-if.md"), *session.posargs)


@nox.session(default=False)
def record(session: nox.Session) -> None:
    """Record series of known truth for tests/recorded, those that are not there yet. Takes arguments of the script."""
    install(session, "-e", ".", "nox")
    session.run("python", "scripts/record.py", *session.posargs)


def asv(session: nox.Session, *arguments: str, codes: tuple[int, ...] = (0,)) -> None:
    session.run("asv", *arguments, success_codes=list(codes))


def prepare_asv(session: nox.Session) -> str:
    """Install asv; what it calls this machine, by which results are kept: FIND_MEM_LEAKS_MACHINE, else its own name."""
    install(session, *extras("history"))
    machine = os.environ.get("FIND_MEM_LEAKS_MACHINE") or platform.node()
    asv(session, "machine", "--yes", "--machine", machine)
    return machine


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def bench(session: nox.Session, sqlalchemy: str) -> None:
    """Measure this commit for the history in one SQLAlchemy series.

    Takes --shard I/N, --packages newest (without it those of benchmarks/locks), and arguments of `asv run`.
    """
    machine = prepare_asv(session)
    session.run("python", "scripts/bench.py", sqlalchemy, "--machine", machine, *session.posargs)


@nox.session(default=False)
def bench_cost(session: nox.Session) -> None:
    """Measure this commit as `bench` does, and print where the seconds went. Takes arguments of the script."""
    machine = prepare_asv(session)
    session.run("python", "scripts/bench_cost.py", "--machine", machine, *session.posargs)


@nox.session
def history(session: nox.Session) -> None:
    """Measure commits that were not yet, the last of main or those of a range, in all series, and publish them.

    All are measured with the packages that benchmarks/locks has.
    """
    machine = prepare_asv(session)
    chosen = session.posargs or [f"--max-count={COMMITS}", "main"]
    commits = session.run("git", "rev-list", "--first-parent", *chosen, external=True, silent=True)
    ASV.mkdir(exist_ok=True)
    file = ASV / "commits.txt"
    file.write_text(str(commits))
    # asv exits with 2 where a stack failed, as one may at an old commit: the others are published all the same.
    asv(session, "run", "--machine", machine, "--skip-existing-successful", f"HASHFILE:{file}", codes=(0, 2))
    asv(session, "publish")
    document(session)


@nox.session(default=False)
def locks(session: nox.Session) -> None:
    """Renew what the history is measured with: benchmarks/locks. Takes -o DIR to write elsewhere."""
    install(session, "uv")
    session.run("python", "scripts/locks.py", *session.posargs)


@nox.session
def publish(session: nox.Session) -> None:
    """Make the site, .asv/html, from what was measured, with the documentation. Takes arguments of `asv publish`."""
    install(session, *extras("history"))
    asv(session, "publish", *session.posargs)
    document(session)


@nox.session
def docs(session: nox.Session) -> None:
    """Make the documentation's site, .asv/html/docs, beside that of the history. Takes arguments of sphinx-build."""
    document(session, *session.posargs)


@nox.session
def preview(session: nox.Session) -> None:
    """Serve the site of the history on this machine. Takes arguments of `asv preview`."""
    install(session, *extras("history"))
    asv(session, "preview", *session.posargs)


@nox.session
def releases(session: nox.Session) -> None:
    """Measure a plain stack over SQLAlchemy's releases from 1.4 to 2.1, as a site. Takes arguments of `releases`."""
    install(session, "-e", WITH_HISTORY)
    line = ["sqlalchemy", "--since", "1.4", "--until", "2.1", "--every", RELEASES_APART]
    own = session.posargs and not session.posargs[0].startswith("-")
    session.run("find-mem-leaks", "releases", "-v", *([] if own else line), *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the pictures of two pages from the recordings that the commands above them show."""
    install(session, "-e", ".", *groups("pictures"))
    session.run("python", "scripts/pictures.py", "docs/reading-the-numbers.md", "docs/cases.md")


@nox.session(default=False)
def drawing(session: nox.Session) -> None:
    """Make what the report draws with anew by Bokeh: BokehJS and the figure, files of the package."""
    install(session, "-e", ".", *groups("drawing"))
    session.run("python", "scripts/drawing.py", "src/find_mem_leaks/reports/assets")


@nox.session(default=False)
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def against(session: nox.Session, sqlalchemy: str) -> None:
    """Fail on a leak that this tree has and another revision has not. Takes the revision, then arguments of `run`."""
    revision, *arguments = session.posargs or ["main"]
    arguments = arguments or shlex.split(os.environ.get("FIND_MEM_LEAKS_ARGUMENTS", ""))
    other = Path(session.create_tmp()).resolve() / "tree"
    session.run("git", "worktree", "add", "--force", "--detach", str(other), revision, external=True, silent=True)
    try:
        install_stack(session, sqlalchemy)
        install(session, "-e", ".")
        base = str(other.parent / "base")
        uv = "uv" if session.venv_backend == "uv" else session.virtualenv.location + "/bin/uv"
        session.run(uv, "venv", "--clear", "--quiet", "--python", session.virtualenv.location + "/bin/python", base)
        wanted = [f"sqlalchemy[asyncio]=={sqlalchemy}.*", *groups("stacks"), "-e", str(other)]
        session.run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", base, *wanted)
        head = session.virtualenv.location + "/bin/python"
        results = str(LEAKS / "against" / sqlalchemy)
        session.run("python", "scripts/against.py", "-o", results, f"{base}/bin/python", head, "--", *arguments)
    finally:
        session.run("git", "worktree", "remove", "--force", str(other), external=True, silent=True)


@nox.session(default=False)
def plan(session: nox.Session) -> None:
    """Print the matrix of a workflow from this file's own list. Takes arguments of scripts/plan.py."""
    # It asks nox for the sessions, and the suite for its classes as asv finds them.
    install(session, "nox", "asv_runner")
    session.run("python", "scripts/plan.py", *session.posargs)


@nox.session(default=False)
def merge(session: nox.Session) -> None:
    """Join shards of `bench`, and the history so far, in one tree. Takes arguments of scripts/merge.py."""
    install(session, "-e", ".")
    session.run("python", "scripts/merge.py", *session.posargs)


@nox.session(default=False, venv_backend="none")
def keep(session: nox.Session) -> None:
    """Push a merged tree to the branch of the history. Takes arguments of scripts/keep.py."""
    run_its_script(session)


@nox.session(default=False)
def watch(session: nox.Session) -> None:
    """Measure the newest releases of what the stacks stand on. Takes arguments of scripts/watch.py."""
    install(session, "-e", ".")
    session.run("python", "scripts/watch.py", *session.posargs)


@nox.session(default=False, venv_backend="none")
def alarm(session: nox.Session) -> None:
    """Tell of releases that begin to leak in one issue on GitHub. Takes the folder that `watch` wrote."""
    run_its_script(session)


@nox.session(default=False, venv_backend="none")
def propose(session: nox.Session) -> None:
    """Propose renewed lock files in one pull request on GitHub. Takes the folder that `locks` wrote."""
    run_its_script(session)


@nox.session(default=False)
def judging(session: nox.Session) -> None:
    """Run the tests of what only judges, renders and parses: they need no Linux."""
    install(session, "-e", ".", *groups("tests"))
    session.run("pytest", *JUDGING)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Join the coverage of several runs of `tests`. Takes the folder with their data."""
    install(session, *groups("tests"))
    files = [str(file) for folder in session.posargs for file in sorted(Path(folder).iterdir())]
    session.run("coverage", "combine", "--keep", *files)
    session.run("coverage", "report")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build into dist/, check, and run what was built from an environment of its own. Takes the tag of a release."""
    install(session, *groups("build"))
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--installer", "uv")
    session.run("twine", "check", "--strict", *map(str, Path("dist").glob("*")))
    version = PROJECT["project"]["version"]
    if session.posargs not in ([], [f"v{version}"]):
        session.error(f"the tag is {session.posargs[0]}, the version {version}: tag v{version}")
    install(session, "--reinstall-package", "find-mem-leaks", *map(str, Path("dist").glob("*.whl")))
    workload = str(Path("tests/controls/leak_list_of_objects.py").resolve())
    session.chdir(session.create_tmp())
    session.run("find-mem-leaks", "--version")
    session.run("find-mem-leaks", "run", workload, "--quick", success_codes=[3])


@nox.session
def workflows(session: nox.Session) -> None:
    """Check the workflows: schemas, expressions, their scripts, and what an attacker would look for. All offline."""
    install(session, *groups("workflows"))
    session.run("python", "scripts/check_workflows.py")


@nox.session(default=False)
def rehearse(session: nox.Session) -> None:
    """Run the workflows' own steps on this machine, from plan to published site. Takes arguments of the script."""
    install(session, "-e", ".", *groups("workflows"))
    session.run("python", "scripts/rehearse.py", *session.posargs)
