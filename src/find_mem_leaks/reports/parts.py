"""The growth of memory hands-off, part by part, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from find_mem_leaks.judging.deployed import PARTS
from find_mem_leaks.reports.amounts import MEBIBYTE

LEFT_OVER = "left_over"
NAMES = {**PARTS, LEFT_OVER: "left over"}
TOTAL = "growth in all"
# Growth below this has no shares: pages and arenas come and go below it, and the parts cancel each other out.
LEAST_SHARED = MEBIBYTE
UNKNOWN = "–"


@dataclass(frozen=True)
class Part:
    """One part of the growth.

    Attributes:
        key: its key in ``NAMES``; ``total`` for the growth itself.
        name: what people call it.
        size: its bytes; below zero where there was less of it after the last operation than before the first.
        share: the same as a share of the growth; None where there is too little growth to share out.
    """

    key: str
    name: str
    size: int
    share: float | None

    @property
    def megabytes(self) -> str:
        return megabytes(self.size)

    @property
    def percent(self) -> str:
        """Its share in words; a dash where it has none."""
        return UNKNOWN if self.share is None else f"{round(100 * self.share) + 0:,} %"

    @property
    def is_nothing(self) -> bool:
        """Return whether it reads as zero."""
        return self.megabytes == megabytes(0)


def parts(account: Mapping[str, int]) -> list[Part]:
    """Return the parts in the order of ``PARTS``, then what is left over; what the process could not tell is left out.

    ``account`` holds bytes by the keys of ``NAMES``, as records have them.
    """
    growth = total(account)
    return [_part(key, NAMES[key], account[key], growth) for key in NAMES if key in account]


def summed(account: Mapping[str, int]) -> Part:
    """Return the growth itself."""
    growth = total(account)
    return _part("total", TOTAL, growth, growth)


def total(account: Mapping[str, int]) -> int:
    """Return the bytes that memory grew by: the parts and what is left over come to it."""
    return sum(account[key] for key in NAMES if key in account)


def _part(key: str, name: str, size: int, growth: int) -> Part:
    return Part(key, name, size, size / growth if growth >= LEAST_SHARED else None)


def megabytes(size: float) -> str:
    """Return bytes as megabytes with two decimals; never minus zero."""
    text = f"{size / MEBIBYTE:,.2f}"
    return text.removeprefix("-") if text == "-0.00" else text
