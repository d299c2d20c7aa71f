"""A workload that makes copies of its process, or that closes what is not its own, against a real measured process."""

import json
import subprocess
import sys

import pytest

from find_mem_leaks.subjects import catalogue


def served(folder, text, operations=2):
    """The exit code of a measured process with such a workload, its replies, and what it says beside them."""
    file = folder / "own.py"
    file.write_text(text)
    requests = [
        {"do": "open", "file": str(file), "directory": str(folder)},
        {"do": "prepare", "round": 0, "operations": operations},
        *[{"do": "stretch", "operations": 1}] * operations,
        {"do": "close"},
    ]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    ended = subprocess.run(
        [sys.executable, str(catalogue.MEASURED)], input=lines, capture_output=True, text=True, timeout=120, check=False
    )
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


FORKS = """
import os, sys

def operation(i):
    child = os.fork()
    if child == 0:
        {}
    _, status = os.waitpid(child, 0)
    assert os.WEXITSTATUS(status) == {}, status
"""


@pytest.mark.parametrize(
    ("ending", "code", "words"),
    [
        ("sys.exit()", 0, ""),
        ("sys.exit(7)", 7, ""),
        ("sys.exit('why')", 1, "SystemExit: why"),
        ("raise KeyError(1)", 1, "KeyError: 1"),
    ],
)
def test_a_copy_that_leaves_the_operation_ends_and_only_the_process_that_was_asked_replies(
    tmp_path, ending, code, words
):
    returned, replies, said = served(tmp_path, FORKS.format(ending, code))
    assert (returned, len(replies)) == (0, 5), replies[-1]
    assert replies[-1] == {"closed": True}
    assert [line for line in said.splitlines() if "Error: " in line or "Exit: " in line] == (
        [words] * 2 if words else []
    )


CLOSES = """
import os

def operation(i):
    os.closerange(3, 256)
    {}
"""


@pytest.mark.parametrize("then", ["pass", "[os.open(os.devnull, os.O_RDWR) for _ in range(9)]"])
def test_a_workload_that_closes_what_it_has_not_opened_is_told_so_and_nothing_of_it_is_written_to(tmp_path, then):
    returned, replies, said = served(tmp_path, CLOSES.format(then))
    assert (returned, len(replies)) == (1, 2)
    assert said.strip().splitlines()[-1].startswith("it closes file descriptors that it has not opened")
