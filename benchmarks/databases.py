"""Drivers of database servers: a class for each, of sessions on a server and of what the driver does by itself.

Where there is no server, or the driver is not installed, the figures are n/a.
"""

from .classes import add

IMPORTS = "from .database_suite import ON_POSTGRESQL, DatabaseSuite\nfrom .suite import BALANCED\n"
CLASS = """

class {name}(DatabaseSuite):
    database, style = "{database}", "{style}"
    {params}

    def setup_cache(self):
        return self.measure()
"""
OF_POSTGRESQL = "params = (*BALANCED, *ON_POSTGRESQL)"
DRIVERS = [
    ("Psycopg", "postgresql+psycopg", "sync"),
    ("PsycopgAsync", "postgresql+psycopg", "async"),
    ("Psycopg2", "postgresql+psycopg2", "sync"),
    ("Asyncpg", "postgresql+asyncpg", "async"),
    ("Pymysql", "mysql+pymysql", "sync"),
    ("Mysqldb", "mysql+mysqldb", "sync"),
    ("Asyncmy", "mysql+asyncmy", "async"),
    ("Aiomysql", "mysql+aiomysql", "async"),
]

_params = {"postgresql": OF_POSTGRESQL, "mysql": ""}
add(
    globals(),
    IMPORTS
    + "".join(
        CLASS.format(name=name, database=database, style=style, params=_params[database.partition("+")[0]])
        for name, database, style in DRIVERS
    ),
)
