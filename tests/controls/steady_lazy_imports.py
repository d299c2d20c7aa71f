"""Import a module of the standard library at its first use, another one every 500 operations, ten in all.

Does not leak: after 5,000 operations all are loaded, for good. Until then memory grows in steps of up to a few hundred
kilobytes.
"""

import importlib

TRUTH = "clean"
RATE = 0.0
MODULES = [
    "wave",
    "colorsys",
    "plistlib",
    "netrc",
    "mailbox",
    "tabnanny",
    "fractions",
    "statistics",
    "configparser",
    "gettext",
]


def operation(i):
    place, rest = divmod(i, 500)
    if rest == 0 and place < len(MODULES):
        return importlib.import_module(MODULES[place]).__name__
    return f"{i:x}".rjust(8, "0")
