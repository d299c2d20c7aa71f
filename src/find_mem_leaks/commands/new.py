"""``new``: a workload of one's own to begin with."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from find_mem_leaks import errors
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.errors import UsageError

TEMPLATE = '''"""Whether it leaks: `find-mem-leaks run {name}`."""

import json

seen = []


def setup():
    """Make once what operations share: an engine, a client. As setup(directory) it is given a place for files."""


def operation(i):
    """Do what your application does again and again; i is 0, 1, 2, ... An async def works too."""
    json.loads(json.dumps({{"user": i}}))
    # seen.append(f"user {{i}}")  # a leak: take away the first #, and run it again


def teardown():
    """Close what setup opened."""


# Several operations, each measured by itself: operation_read(i), operation_write(i). `-s read` measures one.
# The same with several values, each called as operation(i, value):
# PARAMETERS = {{"small": 10, "large": 1000}}
# How it is judged:
# LIMIT = 100  # clean rules out growth above so many bytes per operation
# TIME_CAP = 300  # seconds that each of them may take
# EXPECT = "leaking"  # it leaks on purpose
'''


VERB = Verb(
    "new",
    "write a workload of your own to begin with",
    option("file FILE", "such as leaks.py; never overwritten", Path),
    description="Write a Python file that runs, to be changed.",
)


def run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    if path.suffix != ".py":
        raise UsageError(f"{path} does not end in .py: name a Python file, such as leaks.py")
    name = shlex.quote(str(path))
    try:
        text = TEMPLATE.format(name=name.replace("\\", "\\\\").replace('"', '\\"')).encode()
        with path.open("xb") as file:
            file.write(text)
    except UnicodeEncodeError:
        raise UsageError(f"{str(path)!r} is not a name in UTF-8: name another file") from None
    except FileExistsError:
        raise UsageError(f"{path} exists, and is not overwritten: name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None
    print(f"written: {path}. Measure it: find-mem-leaks run {name}")
    return errors.CLEAN
