"""What grows in a leaking cell, in a word or two."""

from __future__ import annotations

from find_mem_leaks.judging.deployed import KEPT, PARTS
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.probes import BLOCKS, BY_KEY, LIVE_BYTES, RESIDENT, UNCOLLECTED
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.amounts import MEBIBYTE
from find_mem_leaks.results import Cell

# Parts of an account that growth of live bytes or blocks may be: with the collector off, a workload keeps its garbage.
LIVE = {"python": "live objects", "native": "native memory", "garbage": "garbage"}
IN_USE_BY_NOBODY = {part: PARTS[part] for part in KEPT}
# A part below this may be what any process gains at first, and tells nothing of a leak.
LEAST_PART = MEBIBYTE


def what_grows(cell: Cell) -> str:
    """Return it by the readings that convict and, where they leave it open, the account; empty if nothing leaks."""
    if cell.verdict is not Verdict.LEAKING:
        return ""
    return ", ".join(dict.fromkeys(_name(cell, key) for key in cell.convicted_by))


def growth_of_things(cell: Cell) -> tuple[Interval, str] | None:
    """The growth per operation of a leaking cell, and its unit, where it is not memory that grows."""
    probes = [BY_KEY[key] for key in cell.convicted_by if key in BY_KEY]
    if not probes or any(probe.unit in {LIVE_BYTES.unit, BLOCKS.unit} for probe in probes):
        return None
    growth = cell.growth.get(probes[0].key)
    return (growth, probes[0].unit) if growth else None


def _name(cell: Cell, key: str) -> str:
    if key in {LIVE_BYTES.key, BLOCKS.key}:
        return _most(cell, LIVE) or ("live objects" if BLOCKS.key in cell.convicted_by else "live memory")
    if key == UNCOLLECTED.key:
        return LIVE["garbage"]
    if key == RESIDENT.key:
        return _most(cell, IN_USE_BY_NOBODY) or "kept by the allocators"
    return BY_KEY[key].name if key in BY_KEY else key.replace("_", " ")


def _most(cell: Cell, names: dict[str, str]) -> str:
    """The largest of these parts, if the hands-off part has seen enough of it; else empty."""
    account = cell.deployed.account if cell.deployed else {}
    largest = max(names, key=lambda part: account.get(part, 0))
    return names[largest] if account.get(largest, 0) >= LEAST_PART else ""
