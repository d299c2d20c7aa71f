"""The pictures of the documentation: what a block of commands measures, and what a page has of its output."""

from pathlib import Path

import pictures

BLOCK = """\
$ find-mem-leaks run leak.py --with first==1.2 \\
      --with second -o leaks/before.json
$ find-mem-leaks run leak.py -o leaks/after.json
"""
OF_A_LEAK = """\
Own workloads,
Python 3.11.7   operation
─────────────────────────
leak            ❌ 96.0

❌ leak operation: steady growth over 5 operations: live bytes
   +96 B/op
   leaking: live objects 96.0 B/op
   at leak.py:6 in operation: 1.00 allocations, held by
      list `kept`
   at leak.py:7 in operation: 1.00 allocations
B/op beside ❌: its growth.
"""
OF_A_CLEAN_CELL = "Python 3.11.7   operation\n──────\nleak            ✅ <0.01\n\n1 cell: 1 clean.\n"


def test_a_block_says_what_is_measured_into_which_file():
    before, after = pictures.read(BLOCK)
    assert (before.label, before.file) == ("first 1.2", Path("leaks/before.json"))
    assert (after.label, after.file) == ("leak", Path("leaks/after.json"))
    assert before.words == ["run", "leak.py", "--with", "first==1.2", "--with", "second", "-o", "leaks/before.json"]


def test_a_page_has_the_first_place_of_a_leak():
    assert (
        pictures.excerpt(OF_A_LEAK).splitlines()[0] == "❌ leak operation: steady growth over 5 operations: live bytes"
    )
    assert pictures.excerpt(OF_A_LEAK).splitlines()[-2:] == ["      list `kept`", "…"]


def test_a_page_has_the_row_of_a_clean_cell():
    assert pictures.excerpt(OF_A_CLEAN_CELL) == "leak            ✅ <0.01\n…\n"


def test_a_picture_is_drawn_of_the_block_above_it():
    page = f"```console\n$ ls\n```\n\n```console\n{BLOCK}```\n\n![Two releases](pictures/two.svg)\n\n![a](b.svg)\n"
    [part] = pictures.BLOCK.finditer(page)
    assert part.groupdict() == {"block": BLOCK, "title": "Two releases", "picture": "pictures/two.svg"}
