"""A throw-away server for another process.

``python -m find_mem_leaks.database_servers KIND`` prints the URL of a new server, ``postgresql`` or ``mysql``, and ends
it when its standard input ends.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from find_mem_leaks.database_servers import kinds
from find_mem_leaks.errors import UsageError


def main(kind: str) -> None:
    with ExitStack() as throw_away:
        try:
            url = kinds.started(kind, throw_away).url
        except UsageError as error:
            sys.exit(str(error))
        print(url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
