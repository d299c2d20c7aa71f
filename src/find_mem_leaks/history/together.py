"""One call of the tool for several stacks, so that no core idles while a stack is measured.

``scripts/bench.py`` names a folder by an environment variable, and in it the classes that asv was asked for. The first
class that measures has the tool called for all that one call can measure. Each waits for its own records alone, so that
asv reads the peaks of stacks that are measured while others still are. Without the variable every class calls the tool
for itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import calls

VARIABLE = "FIND_MEM_LEAKS_TOGETHER"
# The file in the folder with the names of the classes, a line each.
CLASSES = "classes.txt"

Record = dict[str, Any]
# The command line that measures stacks under scenarios with options of ``run``, and writes the records to a file.
Command = Callable[[Sequence[str], Sequence[str], Sequence[str], Path], Sequence[str]]
LEAKING = "leaking"


@dataclass(frozen=True)
class Wanted:
    """What a class wants of one call of the tool.

    Attributes:
        stack: the stack to be measured.
        known: all scenarios that the stack has.
        scenarios: those that are wanted.
        options: other options of ``run``.
        database: the driver of the server that the stack works on; empty for none.
        kind: of the server and its drivers; the classes of one kind want the same stacks, each on its own database.
    """

    stack: str
    known: tuple[str, ...]
    scenarios: tuple[str, ...]
    options: tuple[str, ...]
    database: str = ""
    kind: str = ""


def folder() -> Path | None:
    """Return the folder that the variable names; None if there is none."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def classes(folder: Path) -> list[str]:
    """Return the names of the classes that asv was asked for; none if that was not written down."""
    file = folder / CLASSES
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def records(folder: Path, own: Wanted, all_wanted: Iterable[Wanted], command: Command) -> list[Record]:
    """Return the records of one stack from the call for several; none if that has not all of its scenarios."""
    group = sharing(own, all_wanted)
    if len(group) < 2:
        return []
    name = _name(group)
    stacks, scenarios = list(dict.fromkeys(each.stack for each in group)), list(_scenarios(group))
    file = folder / f"{name}.json"
    calls.ask(folder, name, command(stacks, scenarios, (*own.options, *_on_databases(group)), file))
    while True:
        is_over = calls.ended(folder, name) is not None
        found = [record for record in read(file) if _is_of(record, own) and (is_over or _is_final(record))]
        is_whole = {record["scenario"] for record in found} == {*own.scenarios}
        if is_whole or is_over:
            return found if is_whole else []
        time.sleep(calls.PAUSE)


def read(file: Path) -> list[Record]:
    """Return the records of a results file; none if there is none, or it is no such file."""
    try:
        found: list[Record] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return []
    return found


def _is_final(record: Record) -> bool:
    """Return whether a call that goes on will not change a record: of a leaking cell the culprits come later."""
    return record["verdict"] != LEAKING or record.get("explaining_seconds") is not None


def sharing(own: Wanted, all_wanted: Iterable[Wanted]) -> list[Wanted]:
    """Return what one call can measure with ``own``; nothing if ``own`` is not among all that is wanted."""
    groups: list[list[Wanted]] = []
    for each in all_wanted:
        group = next((group for group in groups if _fit([*group, each])), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return next((group for group in groups if own in group), [])


def _fit(group: Sequence[Wanted]) -> bool:
    """Return whether in one call each stack would be measured under the scenarios that are wanted, and no other."""
    asked = _scenarios(group).keys()
    is_one_call = len({(each.options, each.kind) for each in group}) == 1
    return is_one_call and all(asked & {*each.known} == {*each.scenarios} for each in group)


def _on_databases(group: Iterable[Wanted]) -> list[str]:
    """Return the words by which ``run`` is told what the stacks are to work on."""
    names = dict.fromkeys(each.database for each in group if each.database)
    return [word for name in names for word in ("--database", name)]


def _scenarios(group: Iterable[Wanted]) -> dict[str, None]:
    return dict.fromkeys(name for each in group for name in each.scenarios)


def _name(group: Sequence[Wanted]) -> str:
    """Return the name of a call: by commit, environment, and all that was wanted."""
    key = [os.environ.get("ASV_COMMIT"), os.environ.get("ASV_ENV_NAME"), repr(group)]
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


def _is_of(record: Record, own: Wanted) -> bool:
    """Return whether a record is what a class wants: its label may have the SQLAlchemy series before the stack's name,
    and ends with a driver's."""
    label = "_".join([own.stack, *filter(None, [own.database.partition("+")[2]])])
    is_on_it = (record.get("database") or "") == own.database
    return is_on_it and re.fullmatch(rf"(sqlalchemy\d+x_)?{re.escape(label)}", record["stack"]) is not None
