"""One session for each thing that a person does. ``nox --list`` shows them; ``nox`` alone runs ``leaks``."""

from __future__ import annotations

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

# The results files of this call of nox, for the table at its end.
written: list[str] = []


def groups(*names: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(PROJECT, *names)


def install(session: nox.Session, *requirements: str) -> None:
    """As ``session.install``, but always by uv: it takes seconds where pip takes minutes."""
    if session.venv_backend != "uv":
        session.install("uv")
    session.run("uv", "pip", "install", "--python", session.virtualenv.location, *requirements, silent=True)


def install_stack(session: nox.Session, series: str) -> None:
    """Install one SQLAlchemy series and what else the stacks need."""
    install(session, f"sqlalchemy[asyncio]=={series}.*", *groups("stacks"))


def shard(arguments: list[str]) -> str:
    """What a part's file adds to its name: ``--shard 2/4`` → ``-shard-2-of-4``."""
    if "--shard" not in arguments[:-1]:
        return ""
    return "-shard-" + arguments[arguments.index("--shard") + 1].replace("/", "-of-")


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def leaks(session: nox.Session, sqlalchemy: str) -> None:
    """Measure every stack on one SQLAlchemy series; a table of all series comes last. Takes arguments of `run`."""
    install_stack(session, sqlalchemy)
    install(session, "-e", ".")
    LEAKS.mkdir(exist_ok=True)
    results = str(LEAKS / f"sqlalchemy-{sqlalchemy}{shard(session.posargs)}.json")
    written.append(results)
    session.notify("table", [*written])
    session.run("find-mem-leaks", "run", "-v", "--no-table", "-o", results, "-f", *session.posargs)


@nox.session(default=False)
def table(session: nox.Session) -> None:
    """Show the results of `leaks` as one table, and write the report."""
    install(session, "-e", ".")
    results = written or session.posargs or sorted(map(str, LEAKS.glob("*.json")))
    session.run("find-mem-leaks", "show", *results)
    session.run("find-mem-leaks", "report", *results, "-o", str(LEAKS / "report"), "-f")
    session.log(f"results: {', '.join(results)}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, with branch coverage. Takes arguments of pytest."""
    install(session, "-e", ".", *groups("tests"))
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report")


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
def rates(session: nox.Session) -> None:
    """Measure how many operations a second each stack does; write docs/rates.md."""
    install(session, "-e", ".")
    session.run("python", "scripts/rates.py", "docs/rates.md", *groups("stacks"))


@nox.session
def accuracy(session: nox.Session) -> None:
    """Judge all controls by this tool and by its peers; write docs/accuracy.md. Takes arguments of the script."""
    install(session, "-e", ".", *groups("peers"))
    python = session.virtualenv.location + "/bin/python"
    output = [] if session.posargs else ["-o", "docs/accuracy.md"]
    session.run("python", "scripts/accuracy.py", python, python, *output, *session.posargs)


@nox.session
def attribution(session: nox.Session) -> None:
    """Explain every leaking control and mistake; write docs/attribution.md. Takes arguments of the script."""
    install_stack(session, "2.0")
    install(session, "-e", ".")
    output = [] if session.posargs else ["-o", "docs/attribution.md"]
    session.run("python", "scripts/attribution.py", session.virtualenv.location + "/bin/python", *output)


@nox.session
def false_alarms(session: nox.Session) -> None:
    """Run the clean controls many times; write docs/false-alarms.md. Takes arguments of the script."""
    install(session, "-e", ".")
    output = [] if session.posargs else ["-o", "docs/false-alarms.md"]
    session.run("python", "scripts/false_alarms.py", *output, *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the pictures of docs/reading-the-numbers.md from real runs."""
    install(session, "-e", ".", *groups("pictures"))
    session.run("python", "scripts/pictures.py", "docs/pictures")
