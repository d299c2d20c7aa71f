"""Join shards of `bench`, and the history so far, in one tree. Takes arguments of scripts/merge.py.

``python scripts/merge.py SHARDS -o DIR [--branch NAME | --history DIR] [--plan JSON] [--commit HASH]``: each folder of
SHARDS is a shard, named as the plan names it. The history is a folder, or a branch of ``origin``, which need not exist
yet. A shard that is missing or foreign is named, and nothing is written then.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import keep

from find_mem_leaks.errors import USAGE, UsageError
from find_mem_leaks.history import shards
from find_mem_leaks.history.shards import Shard

NOTHING = Shard("history", {})


def parse(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("shards", type=Path, metavar="SHARDS", help="a folder of shards' folders")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="the merged tree goes there")
    parser.add_argument("--history", type=Path, metavar="DIR", help="the history so far")
    parser.add_argument("--branch", metavar="NAME", help="the history so far, as a branch of origin")
    parser.add_argument("--plan", metavar="JSON", help="the names of all shards (default: what their names say)")
    parser.add_argument("--commit", metavar="HASH", help="that every shard must have measured")
    return parser.parse_args(words)


def names(plan: str) -> list[str]:
    """The names of all shards, as the plan's JSON has them."""
    try:
        listed = json.loads(plan)
    except ValueError:
        listed = None
    if not isinstance(listed, list):
        raise UsageError("the plan is not a list of names: give what `nox -s plan` prints as names")
    return [str(name) for name in listed]


def history(arguments: argparse.Namespace) -> tuple[Shard, str]:
    """The history so far, and the commit on its branch that it was read from."""
    if arguments.branch:
        with tempfile.TemporaryDirectory() as folder:
            tip = keep.fetch(arguments.branch, Path(folder))
            return shards.read(Path(folder), "history"), tip
    return shards.read(arguments.history, "history") if arguments.history else NOTHING, keep.NONE


def run(arguments: argparse.Namespace) -> None:
    """Merge, or raise UsageError before anything is written."""
    if not arguments.shards.is_dir():
        raise UsageError(f"there is no folder {arguments.shards}: measure first")
    read_shards = [shards.read(folder) for folder in sorted(arguments.shards.iterdir()) if folder.is_dir()]
    shards.check(read_shards, names(arguments.plan) if arguments.plan else None, arguments.commit)
    before, tip = history(arguments)
    merged = shards.merge(read_shards, before)
    shards.write(arguments.output, merged)
    print(f"merged {', '.join(shard.name for shard in read_shards)}")
    print(f"{len(before.measured)} results of asv in the history before, {len(Shard('', merged).measured)} now")
    keep.tell("history", tip)


if __name__ == "__main__":
    try:
        run(parse())
    except (UsageError, keep.KeepError) as error:
        print(f"merge: error: {error}", file=sys.stderr)
        sys.exit(USAGE)
