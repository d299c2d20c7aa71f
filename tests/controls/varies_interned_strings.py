"""Intern a string that is new each time and let go of it, as parsers do with names that they meet.

Leaks on 3.12 alone, where an interned string lives for ever: the string (160 bytes) and a share of the table of
interned strings. Elsewhere a string leaves that table when its last user lets go. (Not so in free-threaded builds of
3.13, where interned strings live for ever again.)
"""

import sys

TRUTH = "leaking" if sys.version_info[:2] == (3, 12) else "clean"
RATE = 205.0 if TRUTH == "leaking" else 0.0


def operation(i):
    name = sys.intern(f"field_{i:0100d}")
    return name.upper()
