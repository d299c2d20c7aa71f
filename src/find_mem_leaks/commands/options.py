"""The options of verbs as data, and the words of a call that say the same again."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from find_mem_leaks.commands.values import memory
from find_mem_leaks.reports.progress import NORMAL, QUIET, VERBOSE

# What ends the spelling of an option that may be given several times.
SEVERAL = " ..."
# Options that are not called as their values are among the arguments.
SPELLED = {"requirements": "--with", "scenario": "-s", "output": "-o"}


class Option(NamedTuple):
    """An option or a positional argument: its names, and what else ``add_argument`` takes."""

    names: Sequence[str]
    settings: dict[str, Any]


class Group:
    """Options under a title; those in a list of their own exclude one another."""

    def __init__(self, title: str, *options: Option | list[Option]) -> None:
        self.title, self.options = title, options


def option(spelling: str, purpose: str, kind: Callable[[str], Any] | None = None, **settings: Any) -> Option:
    """Return an option, a flag if there is no placeholder for a value in its spelling.

    Args:
        spelling: names and placeholder, such as ``-o --output FILE``, or ``file FILE`` for a positional argument; then
            `` ...`` if it may be given several times.
        purpose: its help.
        kind: makes the value of a word.
        settings: what else ``add_argument`` takes.
    """
    words = spelling.removesuffix(SEVERAL).split()
    names = [word for word in words if word.startswith("-")] or words[:1]
    placeholder = words[len(names) :]
    usual = {"metavar": placeholder[0], "type": kind} if placeholder else {"action": "store_true"}
    several = {"action": "append"} if spelling.endswith(SEVERAL) else {}
    return Option(names, {**usual, **several, **settings, "help": purpose})


def add(parser: Any, options: Sequence[Option | Group | list[Option]]) -> None:
    """Add options to a parser, or to a group of one."""
    for each in options:
        if isinstance(each, Option):
            parser.add_argument(*each.names, **each.settings)
        elif isinstance(each, Group):
            add(parser.add_argument_group(each.title), each.options)
        else:
            add(parser.add_mutually_exclusive_group(), each)


class Verb:
    """A verb of the command line.

    Args:
        name: the verb.
        purpose: its line in the help of the command.
        options: its options.
        description: what its own help begins with, if there is more to say.
    """

    def __init__(self, name: str, purpose: str, *options: Option | Group, description: str | None = None) -> None:
        self._name, self._purpose, self._options, self._description = name, purpose, options, description

    def add(self, verbs: Any, run: Callable[[argparse.Namespace], int]) -> None:
        """Add the verb, which ``run`` carries out."""
        verb = verbs.add_parser(self._name, help=self._purpose, description=self._description, allow_abbrev=False)
        add(verb, self._options)
        verb.set_defaults(run=run)


def words(arguments: argparse.Namespace, *names: str) -> list[str]:
    """Return the words of options as they were given, by the names of their values among the arguments."""
    return [word for name in names for word in words_of(name, getattr(arguments, name))]


def words_of(name: str, value: Any, show: Callable[[Any], str] = str) -> list[str]:
    """Return the words of an option with a value, with each of several; none of one that was not given."""
    spelling = SPELLED.get(name, f"--{name.replace('_', '-')}")
    if isinstance(value, bool):
        return [spelling] * value
    values = value if isinstance(value, list) else [value] if value else []
    return [word for each in values for word in (spelling, show(each))]


STRICT = option("--strict", "exit with 4 if a cell is inconclusive")
EVERY_FIGURE = option("--table", "print a row with all figures for every cell")
OVERWRITE = option("-f --force", "overwrite an existing output file")
MEMORY_LIMIT = option(
    "--memory-limit SIZE",
    "say after how many operations resident memory reaches this, such as 512MiB, 512MB, 2G or bytes",
    memory,
)


def results(number: str, placeholder: str = "RESULTS") -> Option:
    """Return the argument of a verb that reads results files, so many of them."""
    return option(f"results {placeholder}", "files that `run -o` wrote", Path, nargs=number)


def verbosity(verbose: str) -> tuple[Option, Option]:
    """Return the options for no progress and for more of it, with what that is."""
    settings: dict[str, Any] = {"action": "store_const", "dest": "verbosity"}
    return (
        option("-q --quiet", "no progress", const=QUIET, default=NORMAL, **settings),
        option("-v --verbose", verbose, const=VERBOSE, **settings),
    )
