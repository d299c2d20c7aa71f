"""One session for each thing that a person does. ``nox --list`` shows them; ``nox`` alone runs ``leaks``."""

from __future__ import annotations

import ast
import os
import platform
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["leaks"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = nox.project.load_toml("pyproject.toml")
LEAKS, ASV = Path("leaks"), Path(".asv")
ASV_NEEDS = PROJECT["project"]["optional-dependencies"]["history"]
EACH_SERIES = nox.parametrize("sqlalchemy", ["1.4", "2.0", "2.1"])
# What `databases` measures: stacks, and drivers by the server that they ask; one is built where it is installed.
ON_SERVERS = ["sync_session", "sync_scoped_session", "async_session", "async_scoped_session"]
ON_SERVERS += ["sync_driver", "async_driver"]
POSTGRESQL = ["postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"]
MYSQL = ["mysql+pymysql", "mysql+asyncmy", "mysql+aiomysql"]
BUILT, MYSQLCLIENT, BUILT_BY = "mysql+mysqldb", "mysqlclient", ("cc", "pkg-config", "mariadb_config")
# What only judges, renders and parses; measuring needs Linux.
JUDGING = ["tests/judging", "tests/reports", "tests/subjects/test_scenarios.py"]
JUDGING += ["tests/test_results.py", "tests/test_results_parts.py"]
# The results files of this call of nox, for the table at its end.
written: list[str] = []
# The interpreters of this call's environments, by SQLAlchemy's series.
prepared: dict[str, str] = {}
# The series that this call measures for the history.
benched: list[str] = []


@dataclass(frozen=True)
class Script:
    """A session that runs a script, by whose first line ``nox --list`` describes it.

    Attributes:
        page: what it writes where it is given no arguments.
        installed: what is installed, separated by spaces, ``@`` before a group of pyproject.toml; nothing: the Python
            that runs nox runs the script. ``{series}``: there is a session for each SQLAlchemy series.
        words: its first arguments, separated by spaces; ``{python}`` is the interpreter of the session.
        name: the script's, if that is not the session's.
    """

    page: str = ""
    installed: str = "-e ."
    words: str = ""
    name: str = ""


SCRIPTS = {
    "overhead": Script(
        installed="sqlalchemy[asyncio]=={series}.* @stacks -e .", words="{python}", name="loop_overhead"
    ),
    "plugin_overhead": Script(installed="-e . pytest>=8.3", words="{python}"),
    "accuracy": Script("docs/accuracy.md", "-e . @peers", "{python} {python}"),
    "routes": Script("docs/routes.md", "-e . @applications", "{python}"),
    "attribution": Script("docs/attribution.md", "-e . sqlalchemy[asyncio]==2.0.* @stacks", "{python}"),
    "memory_tests": Script("docs/memory-tests.md", "-e . sqlalchemy[asyncio]==2.1.* @stacks", "{python}"),
    "applications": Script("docs/in-the-wild.md"),
    "suites": Script("docs/in-the-wild.md"),
    "pytests": Script("docs/your-tests.md"),
    "driver_releases": Script("docs/databases.md", "-e .[postgresql]"),
    "load_generators": Script(
        "docs/your-service.md", "-e . fastapi flask httptools locust uvicorn waitress", words="{python}"
    ),
    "false_alarms": Script("docs/false-alarms.md"),
    "comparisons": Script("docs/ci.md"),
    "sensitivity": Script("docs/sensitivity.md"),
    "account": Script("docs/account.md"),
    "what_if": Script("docs/what-if.md"),
    "record": Script(installed="-e . nox"),
    "locks": Script(installed="uv"),
    "pictures": Script(installed="-e . @pictures", words="docs/reading-the-numbers.md docs/cases.md"),
    "drawing": Script(installed="-e . @drawing", words="src/find_mem_leaks/reports/assets"),
    "plan": Script(installed="nox asv_runner"),  # it asks nox for the sessions, and the suite for its classes
    "merge": Script(),
    "keep": Script(installed=""),
    "watch": Script(),
    "alarm": Script(installed=""),
    "propose": Script(installed=""),
    "rehearse": Script(installed="-e . @workflows"),
    "workflows": Script(installed="@workflows", name="check_workflows"),
}


def register(name: str, script: Script) -> None:
    """Make a session of a script, or one for each SQLAlchemy series."""
    file = f"scripts/{script.name or name}.py"

    def run(session: nox.Session, sqlalchemy: str = "") -> None:
        if not script.installed:
            session.run(sys.executable, file, *session.posargs, external=True)
            return
        install(session, *script.installed.format(series=sqlalchemy).split())
        words = script.words.format(python=interpreter(session)).split()
        session.run("python", file, *words, *page(session, script.page), *session.posargs)

    run.__doc__ = ast.get_docstring(ast.parse(Path(file).read_text(encoding="utf-8")))
    if "{series}" in script.installed:
        run = EACH_SERIES(run)
    nox.session(name=name, venv_backend=None if script.installed else "none")(run)


def groups(*names: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, *names)


def in_each_series(function: Callable[[nox.Session, str], None]) -> object:
    """Make a session for each SQLAlchemy series."""
    return nox.session(EACH_SERIES(function))


def interpreter(session: nox.Session) -> str:
    """Return the interpreter of a session; where it has none of its own, the one that runs nox."""
    return f"{session.virtualenv.location}/bin/python"


def install(session: nox.Session, *requirements: str) -> None:
    """Install requirements, and groups of pyproject.toml by ``@name``, always by uv: where pip takes minutes, seconds.

    What is installed is compiled once, as pip does: every cell is a process or two that import it, and where Python is
    told to write no bytecode, each would compile it anew for a second.
    """
    if session.venv_backend != "uv":
        session.install("uv")
    wanted = [one for each in requirements for one in (groups(each[1:]) if each.startswith("@") else [each])]
    words = ["uv", "pip", "install", "--compile-bytecode", "--python", session.virtualenv.location]
    session.run_install(*words, *wanted, silent=True)


def stacks(series: str) -> tuple[str, ...]:
    """Return one SQLAlchemy series and what else the stacks need."""
    return f"sqlalchemy[asyncio]=={series}.*", *groups("stacks")


def drivers_here() -> tuple[list[str], tuple[str, ...]]:
    """Return options for the drivers whose server is here or comes by a wheel, and what is installed for them."""
    names, packages = [*POSTGRESQL], groups("drivers")
    if on_path("mariadbd") or os.environ.get("FIND_MEM_LEAKS_MYSQL_URL"):
        names += MYSQL
        if all(map(on_path, BUILT_BY)):
            names, packages = [*names, BUILT], (*packages, MYSQLCLIENT)
    return [f"--database={name}" for name in names], packages


def on_path(program: str) -> bool:
    """Return whether a program is there; Debian has servers where a user's PATH may not look."""
    return bool(shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])))


def page(session: nox.Session, file: str) -> list[str]:
    """Return arguments of a script that writes a page: the page, if it has no others, and the call that it names."""
    if not file:
        return []
    command = shlex.join(["nox", "-s", session.name, *(["--", *session.posargs] if session.posargs else [])])
    return [*([] if session.posargs else ["-o", file]), "--command", command]


def measure(session: nox.Session, results: str, *words: str) -> None:
    """Run the tool, with the session's arguments behind these, into a file of ``leaks``, and show it at nox's end."""
    asked, part = session.posargs, ""
    if "--shard" in asked[:-1]:
        part = "-shard-" + asked[asked.index("--shard") + 1].replace("/", "-of-")
    LEAKS.mkdir(exist_ok=True)
    # Every cell is a process or two that would compile the measured side anew.
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    written.append(str(LEAKS / f"{results}{part}.json"))
    session.notify("table", [*written])
    session.run("find-mem-leaks", "run", *words, "-v", "--no-table", "-o", written[-1], "-f", *asked)


@in_each_series
def leaks(session: nox.Session, sqlalchemy: str) -> None:
    """Measure every stack on one SQLAlchemy series; a matrix of each comes last. Takes arguments of `run`."""
    install(session, *stacks(sqlalchemy), "-e", ".")
    prepared[sqlalchemy] = interpreter(session)
    session.notify("together")


@nox.session
def together(session: nox.Session) -> None:
    """Measure in the environments of `leaks` by one call: what is the same in all of them, once."""
    install(session, "-e", ".")
    measure(session, f"sqlalchemy-{'-'.join(prepared)}", *(f"--python={python}" for python in prepared.values()))


@in_each_series
def databases(session: nox.Session, sqlalchemy: str) -> None:
    """Measure sessions and drivers on PostgreSQL, and on MariaDB where there is one, on one SQLAlchemy series.

    Takes arguments of `run`. Sessions are measured under the balanced scenario, drivers under all of theirs.
    """
    names, requirements = drivers_here()
    install(session, *stacks(sqlalchemy), "-e", ".[postgresql]", *requirements)
    measure(session, f"databases-{sqlalchemy}", *ON_SERVERS, *names)


@nox.session
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
    install(session, "-e", ".[history,postgresql]", "@tests")
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
    # Judges hundreds of series by code that tests/judging covers: traced, this takes twice as long.
    session.run("pytest", "-n", "auto", "tests/recorded")
    elsewhere = ["--ignore", "tests/measured", "--ignore", "tests/recorded"]
    session.run("pytest", *options, "--cov-append", "--cov-report", "term", *elsewhere)


@nox.session
def judging(session: nox.Session) -> None:
    """Run the tests of what only judges, renders and parses: they need no Linux."""
    install(session, "-e", ".", "@tests")
    session.run("pytest", *JUDGING)


@nox.session
def coverage(session: nox.Session) -> None:
    """Join the coverage of several runs of `tests`. Takes the folder with their data."""
    install(session, "@tests")
    files = [str(file) for folder in session.posargs for file in sorted(Path(folder).iterdir())]
    session.run("coverage", "combine", "--keep", *files)
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    install(session, "@lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "-e", ".", "@types")
    session.run("mypy")


@nox.session
def rates(session: nox.Session) -> None:
    """Measure how many operations a second each stack does, on SQLite and on servers; write docs/rates.md."""
    install(session, "-e", ".[postgresql]")
    names, packages = drivers_here()
    session.run("python", "scripts/rates.py", "docs/rates.md", *names, *groups("stacks"), *packages)


@nox.session
def drivers(session: nox.Session) -> None:
    """Measure mistakes around drivers of databases, and drivers with a leak put in; write docs/drivers.md.

    Takes arguments of the script.
    """
    install(session, "-e", ".[postgresql]")
    needed = [*stacks("2.0"), "memray", *groups("drivers")]
    session.run("python", "scripts/drivers.py", *page(session, "docs/drivers.md"), *session.posargs, "--", *needed)


@nox.session
def releases(session: nox.Session) -> None:
    """Measure a plain stack over SQLAlchemy's releases from 1.4 to 2.1, as a site. Takes arguments of `releases`."""
    install(session, "-e", ".[history]")
    line = ["sqlalchemy", "--since", "1.4", "--until", "2.1", "--every", "10"]  # about 13 of 125
    own = session.posargs and not session.posargs[0].startswith("-")
    session.run("find-mem-leaks", "releases", "-v", *([] if own else line), *session.posargs)


@in_each_series
def against(session: nox.Session, sqlalchemy: str) -> None:
    """Fail on a leak that this tree has and another revision has not. Takes the revision, then arguments of `run`."""
    revision, *arguments = session.posargs or ["main"]
    arguments = arguments or shlex.split(os.environ.get("FIND_MEM_LEAKS_ARGUMENTS", ""))
    other = Path(session.create_tmp()).resolve() / "tree"
    session.run("git", "worktree", "add", "--force", "--detach", str(other), revision, external=True, silent=True)
    try:
        install(session, *stacks(sqlalchemy), "-e", ".")
        base = str(other.parent / "base")
        uv = "uv" if session.venv_backend == "uv" else session.virtualenv.location + "/bin/uv"
        session.run(uv, "venv", "--clear", "--quiet", "--python", interpreter(session), base)
        words = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", base]
        session.run(*words, *stacks(sqlalchemy), "-e", str(other))
        sides = [f"{base}/bin/python", interpreter(session)]
        session.run("python", "scripts/against.py", "-o", str(LEAKS / "against" / sqlalchemy), *sides, "--", *arguments)
    finally:
        session.run("git", "worktree", "remove", "--force", str(other), external=True, silent=True)


def prepare_asv(session: nox.Session) -> list[str]:
    """Install asv; return the option that says what it calls this machine, by which results are kept."""
    install(session, *ASV_NEEDS)
    machine = ["--machine", os.environ.get("FIND_MEM_LEAKS_MACHINE") or platform.node()]
    session.run("asv", "machine", "--yes", *machine)
    return machine


@nox.session(venv_backend="none")
@EACH_SERIES
def bench(session: nox.Session, sqlalchemy: str) -> None:
    """Measure this commit for the history in one SQLAlchemy series, beside the others that are asked for.

    Takes --shard I/N, --packages newest (without it those of benchmarks/locks), and arguments of `asv run`. The quick
    profile measures drivers only on servers that FIND_MEM_LEAKS_POSTGRESQL_URL or FIND_MEM_LEAKS_MYSQL_URL name.
    """
    benched.append(sqlalchemy)
    session.notify("side_by_side")


@nox.session
def side_by_side(session: nox.Session) -> None:
    """Measure the series of `bench` for the history: one is built, or its peaks are read, while cells are measured."""
    session.run("python", "scripts/bench.py", *benched, *prepare_asv(session), *session.posargs)


@nox.session
def bench_cost(session: nox.Session) -> None:
    """Measure this commit as `bench` does, and print where the seconds went. Takes arguments of the script."""
    session.run("python", "scripts/bench_cost.py", *prepare_asv(session), *session.posargs)


@nox.session
def history(session: nox.Session) -> None:
    """Measure commits that were not yet, the last of main or those of a range, in all series, and publish them.

    All are measured with the packages that benchmarks/locks has.
    """
    machine = prepare_asv(session)
    chosen = session.posargs or ["--max-count=3", "main"]
    commits = session.run("git", "rev-list", "--first-parent", *chosen, external=True, silent=True)
    ASV.mkdir(exist_ok=True)
    file = ASV / "commits.txt"
    file.write_text(str(commits))
    # asv exits with 2 where a stack failed, as one may at an old commit: the others are published all the same.
    words = ["--skip-existing-successful", f"HASHFILE:{file}"]
    session.run("asv", "run", *machine, *words, success_codes=[0, 2])
    install(session, "-e", ".")
    session.run("asv", "publish")
    document(session)


def document(session: nox.Session, *arguments: str) -> None:
    """Make the documentation's site; what Sphinx reads again at its next run is not published with it."""
    install(session, "@docs")
    site = ASV / "html" / "docs"
    words = ["-q", "-W", "--keep-going", "-d", str(ASV / "doctrees"), *arguments]
    session.run("sphinx-build", *words, "docs", str(site))
    session.log(f"documentation: {site / 'index.html'}")


@nox.session
def publish(session: nox.Session) -> None:
    """Make the site, .asv/html, from what was measured, with the documentation. Takes arguments of `asv publish`."""
    install(session, "-e", ".", *ASV_NEEDS)
    session.run("asv", "publish", *session.posargs)
    document(session)


@nox.session
def docs(session: nox.Session) -> None:
    """Make the documentation's site, .asv/html/docs, beside that of the history. Takes arguments of sphinx-build."""
    document(session, *session.posargs)


@nox.session
def preview(session: nox.Session) -> None:
    """Serve the site of the history on this machine. Takes arguments of `asv preview`."""
    install(session, *ASV_NEEDS)
    session.run("asv", "preview", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build into dist/, check, and run what was built from an environment of its own. Takes the tag of a release."""
    install(session, "@build")
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


for each in SCRIPTS.items():
    register(*each)
