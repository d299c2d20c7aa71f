"""Define a new Pony entity for each imported sheet.

Leaks: the Database object lists all its entities and never forgets one.
"""

from pony.orm import Database, Optional

TRUTH = "leaking"
RATE = 8650.0
REQUIRES = ("pony",)

_database = Database()


def operation(i):
    type(f"Sheet{i}", (_database.Entity,), {"name": Optional(str)})  # leaks
