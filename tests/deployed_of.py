"""Hands-off parts for the tests, made from the account that they are to have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from find_mem_leaks.judging.deployed import Deployed

Shape = Callable[[int], float]

MEBIBYTE = 1 << 20
BEGIN: Mapping[str, Any] = {
    "rss": 50 * MEBIBYTE,
    "children": 3 * MEBIBYTE,
    "left": 0,
    "peak": 51 * MEBIBYTE,
    "anonymous": 30 * MEBIBYTE,
    "shared": MEBIBYTE,
    "elsewhere": 10 * MEBIBYTE,
    "blocks": 6 * MEBIBYTE,
    "arenas": 8 * MEBIBYTE,
    "handed_out": 4 * MEBIBYTE,
    "taken": 5 * MEBIBYTE,
    "kept": MEBIBYTE // 2,
    "blind": False,
    "large": 2 * MEBIBYTE,
    "waiting": [0, 0],
    "free_lists": 0,
    "untouched": 0,
    "enabled": True,
    "collections": [20, 2, 0],
    "thresholds": [700, 10, 10],
    "counts": [100, 1, 0],
    "frozen": 0,
    "environment": {},
    "generations": [500, 1_500, 15_000],
}


def deployed(
    *,
    python: int = 0,
    native: int = 0,
    garbage: int = 0,
    kept_by_python: int = 0,
    kept_by_heap: int | None = 0,
    unread_heap: int | None = None,
    mapped: int = 0,
    shared: int = 0,
    files: int = 0,
    children: int = 0,
    left: int = 0,
    left_over: int = 0,
    operations: int = 4_800,
    readings: int = 48,
    seconds: float = 0.48,
    rss: Shape | None = None,
    live_bytes: Shape | None = None,
    begin: Mapping[str, Any] = BEGIN,
    settings: Mapping[str, Any] | None = None,
) -> Deployed:
    """A hands-off part whose ``account`` has exactly these bytes in each part, and these left over.

    Args:
        python, native, garbage, kept_by_python, kept_by_heap, mapped, shared, files, children, left, left_over: bytes
            of each part. With ``mapped``, nothing below zero can be left over. Without ``kept_by_heap`` (None), the
            process could not tell what the C heap keeps, and it is left over. Garbage waits in the oldest generation,
            in small objects.
        unread_heap: instead of ``kept_by_heap``, where the allocator does not tell what of it is in use.
        operations: operations in all, in ``readings`` stretches of equal length.
        seconds: seconds that they took.
        rss, live_bytes: growth in bytes by the operations carried out; by default steady, to what the parts come to.
        begin: figures before the first operation.
        settings: figures of the collector after the last, where they are not those of the beginning.
    """
    live = python + native + garbage
    kept = kept_by_heap if unread_heap is None else unread_heap
    anonymous = live + kept_by_python + (kept or 0) + mapped + left_over
    growth = anonymous + shared + files  # of resident memory alone
    handed_out = begin["blocks"] + begin["handed_out"]
    rss = rss or (lambda n: growth * n / operations)
    live_bytes = live_bytes or (lambda n: live * n / operations)
    at = tuple(operations * number // readings for number in range(1, readings + 1))
    resident = tuple(int(begin["rss"] + rss(n)) for n in at)
    end = {
        **begin,
        **(settings or {}),
        "rss": begin["rss"] + growth,
        "peak": max(begin["peak"], *resident),
        "anonymous": begin["anonymous"] + anonymous,
        "shared": begin["shared"] + shared,
        "elsewhere": begin["elsewhere"] + mapped,
        "children": begin["children"] + children,
        "left": begin["left"] + left,
        "blocks": begin["blocks"] + python + garbage,
        "arenas": begin["arenas"] + python + garbage + kept_by_python,
        "handed_out": begin["handed_out"] + native,
        "kept": None if kept is None else begin["kept"] + kept,
        "blind": unread_heap is not None,
        "garbage": [0, 0, garbage],
        "settled": {"blocks": begin["blocks"] + python, "handed_out": begin["handed_out"] + native},
        "trimmed": 0,
    }
    return Deployed(
        at=at,
        took=(seconds / readings,) * readings,
        rss=resident,
        live_bytes=tuple(int(handed_out + live_bytes(n)) for n in at),
        collections=(tuple(end["collections"]),) * readings,
        begin=begin,
        end=end,
    )
