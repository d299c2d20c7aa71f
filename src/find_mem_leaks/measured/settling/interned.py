"""CPython's table of interned strings, made as large before a look as strings that come and go will make it.

Each string that is interned takes a new place of the table, which it leaves behind when it goes. Once all are taken the
table is made anew, three times as large as what is in it. Where code interns names at random that comes once, after any
number of operations, as one jump of up to a megabyte.
"""

from __future__ import annotations

import sys

# Blocks have grown by this share where strings were added that may take the table beyond its next size.
GROWN = 1.02
# There what is interned stays for ever.
IMMORTAL = (3, 12)

_intern = sys.intern
_blocks = 0.0


def make_room() -> None:
    """Intern as many strings as fill any table, none of which stays."""
    global _blocks
    blocks = sys.getallocatedblocks()
    if sys.version_info[:2] == IMMORTAL or blocks <= GROWN * _blocks:
        return
    _blocks = blocks
    for number in range(blocks):
        _intern("find-mem-leaks %d" % number)
