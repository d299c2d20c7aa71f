"""The table of interned strings is made larger before a look, and not by what comes after."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from find_mem_leaks.measured.probes import heap
from find_mem_leaks.measured.settling import interned

pytestmark = pytest.mark.skipif(sys.version_info[:2] == interned.IMMORTAL, reason="what is interned stays for ever")
STEP, PASSING = 4_000, 40_000
LEAST = 100_000


def jumps(prepare):
    """By how much memory grows while strings come and go, with ever more that stay."""
    kept, found = [], []
    for step in range(12):
        kept += [sys.intern(f"kept {step} {number}") for number in range(STEP)]
        prepare()
        before = heap.read()[0]
        for number in range(PASSING):
            sys.intern(f"passing {step} {number}")
        found.append(heap.read()[0] - before)
    return [jump for jump in found if jump > LEAST]


def test_strings_that_come_and_go_make_the_table_larger_but_not_after_room_was_made():
    """In a process of its own: how large the table is says how many strings fill it."""
    answer = subprocess.run([sys.executable, __file__], capture_output=True, check=True)
    with_room, without = json.loads(answer.stdout)
    assert with_room == []
    assert without


def test_it_is_done_again_only_where_much_has_come(monkeypatch):
    seen = Counter()
    monkeypatch.setattr(interned, "_blocks", 0.0)
    monkeypatch.setattr(interned, "_intern", lambda _: seen.update(strings=1))
    interned.make_room()
    first = seen["strings"]
    interned.make_room()
    assert seen["strings"] == first > 0


if __name__ == "__main__":
    interned.GROWN = 1.0
    print(json.dumps([jumps(interned.make_room), jumps(lambda: None)]))
