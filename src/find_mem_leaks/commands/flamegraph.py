"""``flamegraph``: memray's own flame graph of what a capture holds that was never released."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from find_mem_leaks import errors
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.errors import UsageError

VERB = Verb(
    "flamegraph",
    "draw memray's flame graph of what a capture of `run --memray` never released",
    option("capture CAPTURE", "a file that `run --memray` kept", Path),
    option("-o --output FILE", "default: the capture's name with .html", Path),
    option("-f --force", "overwrite an existing file"),
)


def run(arguments: argparse.Namespace) -> int:
    capture: Path = arguments.capture
    if not capture.is_file():
        raise UsageError(f"there is no file {capture}: name a capture that `run --memray DIR` kept")
    output: Path = arguments.output or capture.with_suffix(".html")
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
