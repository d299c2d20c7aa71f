"""A process as it is deployed: what it read while it carried out operations hands-off, and what its memory is made of.

Frozen records, and the account of resident memory that is made of them. What they mean for a verdict is in
``hands_off.py``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

GENERATIONS = 3
# The parts of an account, each with what people call it.
PARTS = {
    "python": "live Python objects",
    "native": "live native memory",
    "garbage": "garbage not yet collected",
    "kept_by_python": "kept by Python's allocator",
    "kept_by_heap": "kept by the C heap",
    "unread_heap": "in the C heap, used or kept",
    "mapped": "mapped by others",
    "shared": "shared memory",
    "files": "pages of files",
    "children": "child processes",
    "left": "shared memory left behind",
}
# A collection counts as never to come once this many of its periods have passed without it.
OVERDUE = 4.0
# The parts of an account that allocators keep and nobody uses.
KEPT = ("kept_by_python", "kept_by_heap")


@dataclass(frozen=True)
class Deployed:
    """Readings of a process that nobody touched, a value for each stretch of operations, and at either end.

    Attributes:
        at: operations carried out by then, of this process.
        took: seconds that the stretch's operations took.
        rss: bytes of resident memory.
        live_bytes: bytes that both allocators had handed out, garbage among them.
        collections: how often each generation of the collector had been collected.
        begin, end: the figures of ``measured/accounting`` before the first operation and after the last.
    """

    at: tuple[int, ...]
    took: tuple[float, ...]
    rss: tuple[int, ...]
    live_bytes: tuple[int, ...]
    collections: tuple[tuple[int, ...], ...]
    begin: Mapping[str, Any]
    end: Mapping[str, Any]

    @property
    def operations(self) -> int:
        return self.at[-1]

    def most_within(self, seconds: float) -> int:
        """The most operations that were carried out in so many seconds one after another, in the second half."""
        ends = list(accumulate(self.took))
        starts = [end - took for end, took in zip(ends, self.took, strict=True)]
        before = (0, *self.at)
        half = len(self.at) // 2
        return max(
            self.at[last] - before[bisect_left(starts, ends[last] - seconds, hi=last)]
            for last in range(half, len(self.at))
        )

    @property
    def seconds(self) -> float:
        """Seconds that the operations took."""
        return sum(self.took)

    @property
    def elapsed(self) -> float:
        """The same: nothing else was done in between."""
        return self.seconds

    @property
    def growth(self) -> int:
        """Bytes that memory has grown by from before the first operation: what is resident, what child processes hold
        and what shared memory is there that the process does not map."""
        return self._resident + self._grown("children") + self._grown("left")

    @property
    def _resident(self) -> int:
        return self._grown("rss")

    def _grown(self, figure: str) -> int:
        return int(self.end[figure] - self.begin[figure])

    @property
    def peak(self) -> int:
        """Bytes of the largest resident memory, operations and what came before them."""
        return int(self.end["peak"])

    @cached_property
    def account(self) -> Mapping[str, int]:
        """``growth`` in parts: bytes by the keys of ``PARTS``, where the process could tell."""
        begin, end, settled = self.begin, self.end, self.end["settled"]
        large, untouched = (self._grown(each) if begin["large"] is not None else 0 for each in ("large", "untouched"))
        waited_in_heap = begin["waiting"][1]
        waited_in_arenas = self.garbage_at_begin - waited_in_heap
        parts = {
            "python": settled["blocks"] - begin["blocks"] + waited_in_arenas + begin["free_lists"] + large,
            "native": settled["handed_out"] - begin["handed_out"] + waited_in_heap - large,
            "garbage": sum(end["garbage"]) - self.garbage_at_begin,
            "kept_by_python": self._grown("arenas") - self._grown("blocks") - untouched + self._grown("free_lists"),
        }
        if end["kept"] is not None:
            parts["unread_heap" if end["blind"] else "kept_by_heap"] = self._grown("kept")
        unexplained = self._grown("anonymous") - sum(parts.values())
        parts["mapped"] = max(0, min(self._grown("elsewhere"), unexplained))
        parts["shared"] = self._grown("shared")
        parts["files"] = self._resident - self._grown("anonymous") - parts["shared"]
        return {**parts, "children": self._grown("children"), "left": self._grown("left")}

    @property
    def garbage_at_begin(self) -> int:
        """Bytes of garbage that there were before the first operation; 0 where it was not counted.

        What was set free in the end is more exact than what was counted, and the same if no object has come to it.
        """
        counted = int(sum(self.begin["waiting"]))
        objects = self.begin.get("unreachable")
        has_come = objects is None or sum(self.end["collected"]) > objects
        return counted if has_come else max(counted, sum(self.end["garbage"]))

    @property
    def left_over(self) -> int:
        """Bytes of growth that no part explains; below zero where parts explain more than there is."""
        return self.growth - sum(self.account.values())

    @property
    def full_account(self) -> Mapping[str, int]:
        """``account`` and, as ``left_over``, what no part explains: together they come to ``growth``."""
        return {**self.account, "left_over": self.left_over}

    def is_collected(self, generation: int) -> bool:
        """Return whether a generation, or an older one with it, was collected while operations were carried out."""
        return sum(self.collections[-1][generation:]) > int(sum(self.begin["collections"][generation:]))

    def until_collected(self, generation: int) -> float:
        """Return the operations from one collection of a generation to the next; infinite if none will come.

        One that is overdue by ``OVERDUE`` will not: code that collects a younger generation itself prevents it.
        """
        period = self.period(generation)
        is_overdue = self.operations > OVERDUE * period and not self.is_collected(generation)
        return float("inf") if is_overdue else period

    def period(self, generation: int) -> float:
        """Operations from one collection of a generation to the next by the collector's own rules and the pace at which
        objects come; infinite if the collector is off, or as many go."""
        thresholds = self.end["thresholds"]
        allocated = self._net_allocations()
        if not self.end["enabled"] or not thresholds[0] or allocated <= 0:
            return float("inf")
        operations = float(thresholds[0]) / allocated
        for threshold in thresholds[1 : generation + 1]:
            operations *= threshold + 1
        return max(operations, self._quarter()) if generation == GENERATIONS - 1 else operations

    @property
    def is_without_pace(self) -> bool:
        """Return whether the collector is on and no collection is ever due: as many objects go as come."""
        return bool(self.end["enabled"] and self.end["thresholds"][0]) and self._net_allocations() <= 0

    def _net_allocations(self) -> float:
        """Objects known to the collector that an operation makes more than it frees, garbage among them."""
        collections = sum(self.collections[-1]) - sum(self.begin["collections"])
        rest = self.end["counts"][0] - self.begin["counts"][0]
        return float(self.end["thresholds"][0] * collections + rest) / self.operations

    def _quarter(self) -> float:
        """Operations until a quarter of the oldest generation is new, before which CPython does not collect it. Objects
        that were frozen since count as old ones: CPython has counted them when it last collected everything."""
        before, after = self.begin["generations"][-1], self.end["generations"][-1]
        per_operation = float(after - before) / self.operations
        old = float(before + self.end["frozen"])
        return old / 4 / per_operation if per_operation > 0 else 0.0

    @property
    def full_collections(self) -> int:
        """Number of times that everything was collected while operations were carried out."""
        return int(self.collections[-1][-1] - self.begin["collections"][-1])
