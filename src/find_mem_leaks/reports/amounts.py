"""How amounts are written in sentences: bytes, limits on memory, numbers of operations."""

from __future__ import annotations

from math import ceil

from find_mem_leaks.judging.forecast import rounded_down, rounded_up

MEGABYTE, MEBIBYTE = 1_000_000, 1 << 20
LIMIT_UNITS = (("GiB", 1 << 30), ("MiB", MEBIBYTE), ("GB", 10**9), ("MB", 10**6))
LARGE_NUMBERS = (("trillion", 10**12), ("billion", 10**9), ("million", 10**6))


def megabytes(size: float) -> str:
    """Bytes in MB of 1,000,000, without the unit: whole from 100 on, never minus zero."""
    digits = 0 if abs(size) >= 100 * MEGABYTE else 1
    return f"{round(size / MEGABYTE, digits) + 0.0:,.{digits}f}"


def limit(size: int) -> str:
    """A limit on memory in the largest unit that it is a whole number of."""
    unit = next((unit for unit in LIMIT_UNITS if size % unit[1] == 0), None)
    return f"{size // unit[1]:,} {unit[0]}" if unit else f"{size:,} bytes"


def operations(expected: float, earliest: float, latest: float) -> str:
    """A number of operations and the range that it lies in, as in ``1.9 million operations (1.7 to 2.2)``.

    Two digits, the range rounded outwards; ends that are infinite are said to be open.
    """
    word, one = _unit(earliest if expected == float("inf") else expected)
    name = f" {word}" if word else ""
    first = _in(rounded_down(int(earliest)), one)
    if expected == float("inf"):
        return f"{first}{name} operations or more"
    last = f"{first} or more" if latest == float("inf") else f"{first} to {_in(rounded_up(ceil(latest)), one)}"
    return f"{_in(float(f'{expected:.2g}'), one)}{name} operations ({last})"


def _unit(number: float) -> tuple[str, int]:
    return next((unit for unit in LARGE_NUMBERS if number >= unit[1]), ("", 1))


def _in(number: float, one: int) -> str:
    """Two digits of a number, in units of ``one``."""
    value = number / one
    return f"{value:,.0f}" if one == 1 or value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
