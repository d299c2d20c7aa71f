"""Print the matrix of a workflow from this file's own list. Takes arguments of scripts/plan.py.

``python scripts/plan.py SESSION [--shards N] [--only SERIES]``, by a Python that has nox and asv_runner, prints the
matrix and the names of all shards as JSON, and tells both to the workflow where it runs in one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from typing import Any

import bench
import keep

Instance = dict[str, str]


def matrix(listing: Sequence[dict[str, Any]], session: str, shards: int, only: Collection[str] = ()) -> list[Instance]:
    """An entry for each shard of each SQLAlchemy series that the session has; ValueError if there is none."""
    entries = [
        {
            "session": entry["session"],
            "series": (series := entry["call_spec"]["sqlalchemy"]),
            "shard": f"{part}/{shards}",
            "name": f"sqlalchemy-{series}-shard-{part}-of-{shards}",
        }
        for entry in listing
        if entry["name"] == session and (not only or entry["call_spec"]["sqlalchemy"] in only)
        for part in range(1, shards + 1)
    ]
    if not entries:
        raise ValueError(f"nox lists no session {session}" + (f" of {' or '.join(only)}" if only else ""))
    return entries


def listing(session: str) -> list[dict[str, Any]]:
    """Return what nox has under this name."""
    command = [sys.executable, "-m", "nox", "--list", "--json", "--session", session]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return list(json.loads(answer.stdout or "[]"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("session", metavar="SESSION", help="a session with an instance per SQLAlchemy series")
    parser.add_argument("--shards", type=int, choices=range(1, 65), default=1, metavar="N", help="1 to 64, default 1")
    parser.add_argument("--only", default="", metavar="SERIES", help="such as '1.4 2.0' (default: all)")
    arguments = parser.parse_args()
    most = len(bench.benchmarks())
    if arguments.session == "bench" and arguments.shards > most:
        parser.error(f"the suite has {most} classes: give --shards {most} at most")
    try:
        entries = matrix(listing(arguments.session), arguments.session, arguments.shards, arguments.only.split())
    except ValueError as error:
        sys.exit(f"plan: error: {error}")
    for name, value in {"matrix": {"include": entries}, "names": [entry["name"] for entry in entries]}.items():
        print(f"{name}={json.dumps(value)}")
        keep.tell(name, json.dumps(value))


if __name__ == "__main__":
    main()
