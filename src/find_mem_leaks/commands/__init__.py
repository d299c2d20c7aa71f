"""The command line: one file per verb, each with ``add(verbs)`` for its arguments and ``run(arguments)``."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from find_mem_leaks import __version__, errors
from find_mem_leaks.commands import compare, explain, flamegraph, judge, new, releases, report, run, show
from find_mem_leaks.commands import list as list_

VERBS = (new, list_, run, show, judge, explain, flamegraph, report, compare, releases)

EXIT_CODES = """exit codes:
  0  every cell is clean or bounded, or inconclusive without --strict
  1  the tool or a stack failed
  2  wrong usage
  3  a leak was found
  4  a cell is inconclusive, under --strict
"""


class Parser(argparse.ArgumentParser):
    """Errors are one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise errors.UsageError(f"{message} (see `{self.prog} --help`)")


def parser() -> Parser:
    command_line = Parser(
        prog="find-mem-leaks",
        description="Say whether a Python stack around a database leaks memory, and how much per operation.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command_line.add_argument("--version", action="version", version=f"find-mem-leaks {__version__}")
    verbs = command_line.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in VERBS:
        verb.VERB.add(verbs, verb.run)
    return command_line


def call(arguments: Sequence[str]) -> int:
    """Carry out one command line and return its exit code."""
    try:
        parsed = parser().parse_args(arguments)
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except errors.UsageError as error:
        print(f"find-mem-leaks: error: {error}", file=sys.stderr)
        return errors.USAGE
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.FAILED
    return code


def _end(_: int, frame: FrameType | None) -> None:
    """End as Ctrl-C does, once: ``timeout`` sends SIGTERM to the process and then to its group."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    interrupt = signal.getsignal(signal.SIGINT)
    (interrupt if callable(interrupt) else signal.default_int_handler)(signal.SIGINT, frame)


def main() -> NoReturn:
    """Run the console script. SIGTERM ends it as Ctrl-C does; characters that an encoding lacks are escaped."""
    signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(call(sys.argv[1:]))
