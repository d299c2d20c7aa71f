"""The figures of this commit in one SQLAlchemy series, of all the suite or of a shard of it.

``python scripts/bench.py SERIES --machine NAME [--shard I/N] [--packages LINE] [ARGUMENT...]``, by a Python that has
asv, runs ``asv run HEAD`` with the arguments. Shard 2/4 takes every fourth class of the suite, from the second on. The
packages are those of the lock file, or, for the line ``newest``, the newest releases; FIND_MEM_LEAKS_PACKAGES says
which if no argument does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path("asv.conf.json")
SUITE = Path("benchmarks")
VARIABLE = "FIND_MEM_LEAKS_PACKAGES"
LOCKED, NEWEST = LINES = ("locked", "newest")


@contextmanager
def one_series(series: str, packages: str = LOCKED) -> Iterator[Path]:
    """A configuration of asv for one series, beside the one for all: asv takes paths from where it lies.

    The environment of the newest packages has a variable that says so, by which asv draws a line of its own; that of
    the locked ones has none, so that its line goes on from before there were two.
    """
    found = json.loads(CONFIGURATION.read_text(encoding="utf-8"))
    found["matrix"]["env"]["SQLALCHEMY"] = [series]
    if packages == NEWEST:
        found["matrix"]["env"]["PACKAGES"] = [NEWEST]
        found["install_command"][0] = found["install_newest"]
    path = CONFIGURATION.with_name(f".asv.sqlalchemy-{series}.conf.json")
    path.write_text(json.dumps(found), encoding="utf-8")
    try:
        yield path
    finally:
        path.unlink()


def classes() -> list[str]:
    """The names of the suite's classes, as asv discovers them."""
    from asv_runner import discovery

    folder = str(SUITE.resolve())
    discovery.update_sys_path(folder)
    return list(dict.fromkeys(found.name.rpartition(".")[0] for found in discovery.disc_benchmarks(folder)))


def chosen(shard: tuple[int, int]) -> str:
    """The expression by which asv takes a shard's classes, and no other."""
    part, parts = shard
    names = "|".join(name.replace(".", r"\.") for name in classes()[part - 1 :: parts])
    return rf"^({names})\."


def shard(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is no shard such as 2/4")
    return int(part), int(parts)


def line(text: str) -> str:
    if text not in LINES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a line: give {' or '.join(LINES)}")
    return text


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("series", metavar="SERIES", help="such as 2.0")
    parser.add_argument("--machine", required=True, metavar="NAME", help="by which results are kept")
    parser.add_argument("--shard", type=shard, metavar="I/N", help="the I-th of N parts")
    default = os.environ.get(VARIABLE) or LOCKED
    parser.add_argument("--packages", type=line, default=default, metavar="LINE", help=f"{' or '.join(LINES)}")
    asked, others = parser.parse_known_args(words)
    part = ["--bench", chosen(asked.shard)] if asked.shard else []
    with one_series(asked.series, asked.packages) as configuration:
        called = ["asv", "--config", str(configuration), "run", "--machine", asked.machine, *others, *part, "HEAD"]
        return subprocess.run(called, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
