"""The figures of this commit in some SQLAlchemy series, of all the suite or of a shard of it.

``python scripts/bench.py SERIES... --machine NAME [--shard I/N] [--packages LINE] [ARGUMENT...]``, by a Python that has
asv, runs ``asv run HEAD`` with the arguments, in all series side by side: while the cells of one are measured, asv
builds, or reads the peaks, of another. Shard 2/4 takes every fourth class of the suite, from the second on. The
packages are those of the lock file, or, for the line ``newest``, the newest releases; FIND_MEM_LEAKS_PACKAGES says
which if no argument does. asv is asked for the scenarios of the profile alone, and the stacks are measured together,
two cells at a time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import calls

CONFIGURATION = Path("asv.conf.json")
SUITE = Path("benchmarks")
# As the suite has them (src/find_mem_leaks/history/together.py).
TOGETHER = "FIND_MEM_LEAKS_TOGETHER"
CLASSES = "classes.txt"
VARIABLE = "FIND_MEM_LEAKS_PACKAGES"
# asv's exit code where some figures failed and the others are kept.
SOME_FAILED = 2
LOCKED, NEWEST = LINES = ("locked", "newest")


@contextmanager
def one_series(series: str, packages: str = LOCKED) -> Iterator[Path]:
    """A configuration of asv for one series, beside the one for all: asv takes paths from where it lies.

    The environment of the newest packages has a variable that says so, by which asv draws a line of its own; that of
    the locked ones has none, so that its line goes on from before there were two.
    """
    configuration = json.loads(CONFIGURATION.read_text(encoding="utf-8"))
    configuration["matrix"]["env"]["SQLALCHEMY"] = [series]
    if packages == NEWEST:
        configuration["matrix"]["env"]["PACKAGES"] = [NEWEST]
        configuration["install_command"][0] = configuration["install_newest"]
    path = CONFIGURATION.with_name(f".asv.sqlalchemy-{series}.conf.json")
    path.write_text(json.dumps(configuration), encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink()


@contextmanager
def together(classes: Iterable[str]) -> Iterator[dict[str, str]]:
    """An environment in which the suite measures these classes by as few calls of the tool as will do."""
    with tempfile.TemporaryDirectory() as folder, calls.made(Path(folder)):
        (Path(folder) / CLASSES).write_text("\n".join(classes), encoding="utf-8")
        yield {**os.environ, TOGETHER: folder}


def benchmarks() -> dict[str, list[str]]:
    """The benchmarks of the profile's scenarios, as asv names them, by the suite's classes."""
    from asv_runner import discovery

    folder = str(SUITE.resolve())
    discovery.update_sys_path(folder)
    by_class: dict[str, list[str]] = {}
    for each in discovery.disc_benchmarks(folder):
        measured = {repr(name) for name in each.func.__self__.measured_scenarios()}
        chosen = [values for values in itertools.product(*each.params) if measured.issuperset(values)]
        names = [f"{each.name}({', '.join(values)})" for values in chosen]
        by_class.setdefault(each.name.rpartition(".")[0], []).extend(names)
    return by_class


def chosen(shard: tuple[int, int], expressions: Sequence[str]) -> dict[str, list[str]]:
    """The benchmarks of a shard's classes that match one of the expressions, if there are any."""
    part, parts = shard
    by_class = {}
    for name, own in list(benchmarks().items())[part - 1 :: parts]:
        matching = [each for each in own if not expressions or any(re.search(one, each) for one in expressions)]
        if matching:
            by_class[name] = matching
    return by_class


def expression(names: Iterable[str]) -> str:
    """The expression by which asv takes these benchmarks, and no other."""
    return f"^({'|'.join(map(re.escape, names))})$"


def shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a shard such as 2/4")
    return int(part), int(parts)


def line(text: str) -> str:
    if text not in LINES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a line: give {' or '.join(LINES)}")
    return text


def run(series: Sequence[str], packages: str, classes: Iterable[str], words: Sequence[str]) -> int:
    """Call asv for each series, all at once: the exit code of the worst."""
    with ExitStack() as stack, ThreadPoolExecutor(len(series)) as threads:
        environment = stack.enter_context(together(classes))
        calling = []
        for each in series:
            configuration = stack.enter_context(one_series(each, packages))
            called = ["asv", "--config", str(configuration), *words]
            calling.append(threads.submit(call, called, environment, each if len(series) > 1 else ""))
        codes = [each.result() for each in calling]
    return next((code for code in codes if code not in (0, SOME_FAILED)), max(codes))


def call(command: Sequence[str], environment: Mapping[str, str], prefix: str) -> int:
    """Call a program: its exit code. What it prints has the prefix, if there is one, before each line."""
    if not prefix:
        return subprocess.run(command, env=environment, check=False).returncode
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for text in process.stdout:
            print(f"{prefix} {text}", end="", flush=True)
    return process.returncode


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("series", metavar="SERIES", nargs="+", help="such as 2.0")
    parser.add_argument("--machine", required=True, metavar="NAME", help="by which results are kept")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="I/N", help="the I-th of N parts")
    parser.add_argument("-b", "--bench", action="append", default=[], metavar="REGEX", help="as of asv run")
    default = os.environ.get(VARIABLE) or LOCKED
    parser.add_argument("--packages", type=line, default=default, metavar="LINE", help=f"{' or '.join(LINES)}")
    arguments, others = parser.parse_known_args(words)
    by_class = chosen(arguments.shard, arguments.bench)
    if not by_class:
        parser.error(f"no benchmark of the profile matches {' or '.join(arguments.bench) or 'the shard'}")
    names = expression(name for own in by_class.values() for name in own)
    called = ["run", "--machine", arguments.machine, *others, "--bench", names, "HEAD"]
    return run(arguments.series, arguments.packages, by_class, called)


if __name__ == "__main__":
    sys.exit(main())
