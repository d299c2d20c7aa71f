"""``flamegraph``: memray's own flame graph of what a capture holds that was never released."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from find_mem_leaks import errors
from find_mem_leaks.errors import UsageError


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "flamegraph",
        help="draw memray's flame graph of what a capture of `run --memray` never released",
        allow_abbrev=False,
    )
    verb.add_argument("capture", type=Path, metavar="CAPTURE", help="a file that `run --memray` kept")
    verb.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: the capture's name with .html")
    verb.add_argument("-f", "--force", action="store_true", help="overwrite an existing file")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    capture: Path = arguments.capture
    output: Path = arguments.output or capture.with_suffix(".html")
    if not capture.is_file():
        raise UsageError(f"there is no file {capture}: name a capture that `run --memray DIR` kept")
    if output.exists() and not arguments.force:
        raise UsageError(f"{output} exists: give -f to overwrite it, or another name with -o")
    _draw(capture, output)
    print(f"flame graph: {output}")
    return errors.CLEAN


def _draw(capture: Path, output: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".find-mem-leaks.") as folder:
            drawn = Path(folder) / "drawn.html"
            command = [sys.executable, "-m", "memray", "flamegraph", "--leaks", "-o", str(drawn), str(capture)]
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if answer.returncode:
                reason = " ".join((answer.stderr or answer.stdout).split())[-200:]
                raise UsageError(f"memray cannot read {capture}: {reason}")
            drawn.replace(output)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}): name another file") from None
