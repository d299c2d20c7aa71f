"""Values of options: numbers, shares of a whole, places to write to; all else is refused in one line."""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from find_mem_leaks.errors import UsageError

MOST = 10**12
MOST_MEMORY = 10**15
MOST_CONFIDENCE = 1 - 1e-9
# Letters alone are binary, as Docker's and systemd's are.
MEMORY = re.compile(r"(\d+(?:\.\d+)?) ?(?:([kmgt])(i?b?))?b?", re.IGNORECASE | re.ASCII)
POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}


def number(least: float, kind: Callable[[str], Any], what: str) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (isinstance(value, int) or math.isfinite(value)) or not least <= value <= MOST:
            raise argparse.ArgumentTypeError(f"{text!r} is not a {what}")
        return value

    return parse


def share(text: str) -> float:
    value: float = number(0, float, "number between 0 and 1")(text)
    if not 0 < value <= MOST_CONFIDENCE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1, such as 0.99")
    return value


def shard(text: str) -> tuple[int, int]:
    parts = text.split("/")
    if len(parts) == 2 and all(part.isdecimal() for part in parts) and 1 <= int(parts[0]) <= int(parts[1]):
        return int(parts[0]), int(parts[1])
    raise argparse.ArgumentTypeError(f"{text!r} is not a part of a whole, such as 2/4")


def memory(text: str) -> int:
    """Bytes of an amount of memory: ``512MiB``, ``512Mi`` and ``512M`` are binary, ``512MB`` is decimal."""
    matched = MEMORY.fullmatch(text)
    amount, letter, rest = matched.groups() if matched else ("0", None, None)
    base = 1000 if (rest or "").lower() == "b" else 1024
    size = float(amount) * base ** (POWERS[letter.lower()] if letter else 0)
    if not 1 <= size <= MOST_MEMORY:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an amount of memory, such as 512MiB, 2G or a number of bytes"
        )
    return int(size)


whole = number(1, int, "whole number from 1 on")
positive = number(1e-6, float, "number above 0")
natural = number(0, int, "whole number from 0 on")


def check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{folder} is not a folder to write to ({error.strerror}): name another") from None


def check_writable(path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "not a regular file"
            raise UsageError(f"{path} is {what}: name a file")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None
