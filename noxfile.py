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


def install_stack(session: nox.Session, series: str) -> None:
    """Install one SQLAlchemy series and what else the stacks need."""
    session.install(f"sqlalchemy[asyncio]=={series}.*", *groups("stacks"))


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def leaks(session: nox.Session, sqlalchemy: str) -> None:
    """Measure every stack on one SQLAlchemy series; a table of all series comes last. Takes arguments of `run`."""
    install_stack(session, sqlalchemy)
    session.install("-e", ".")
    LEAKS.mkdir(exist_ok=True)
    results = str(LEAKS / f"sqlalchemy-{sqlalchemy}.json")
    written.append(results)
    session.notify("table", [*written])
    session.run("find-mem-leaks", "run", "-v", "--no-table", "-o", results, "-f", *session.posargs)


@nox.session(default=False)
def table(session: nox.Session) -> None:
    """Show the results of `leaks` as one table."""
    session.install("-e", ".")
    found = sorted(map(str, LEAKS.glob("*.json")))
    session.run("find-mem-leaks", "show", *(written or session.posargs or found))
    session.log(f"results: {', '.join(written or session.posargs or found)}")


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, with branch coverage. Takes arguments of pytest."""
    session.install("-e", ".", *groups("tests"))
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    if not session.posargs:
        session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    session.install(*groups("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".", *groups("types"))
    session.run("mypy")


@nox.session
@nox.parametrize("sqlalchemy", SQLALCHEMY)
def overhead(session: nox.Session, sqlalchemy: str) -> None:
    """Compare the measured loop with a bare one. Takes names of stacks."""
    install_stack(session, sqlalchemy)
    session.install("-e", ".")
    session.run("python", "scripts/loop_overhead.py", session.virtualenv.location + "/bin/python", *session.posargs)


@nox.session
def accuracy(session: nox.Session) -> None:
    """Judge all controls by this tool and by its peers; write docs/accuracy.md. Takes arguments of the script."""
    session.install("-e", ".", *groups("peers"))
    python = session.virtualenv.location + "/bin/python"
    output = [] if session.posargs else ["-o", "docs/accuracy.md"]
    session.run("python", "scripts/accuracy.py", python, python, *output, *session.posargs)


@nox.session
def false_alarms(session: nox.Session) -> None:
    """Run the clean controls many times; write docs/false-alarms.md. Takes arguments of the script."""
    session.install("-e", ".")
    output = [] if session.posargs else ["-o", "docs/false-alarms.md"]
    session.run("python", "scripts/false_alarms.py", *output, *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Draw the pictures of docs/reading-the-numbers.md from real runs."""
    session.install("-e", ".", *groups("pictures"))
    session.run("python", "scripts/pictures.py", "docs/pictures")
