"""Parse the beginning of a document in every fiftieth operation and keep the parser for the rest, which never comes.

Leaks: expat keeps its buffers and tables in the C heap until the parser goes, 7 KB of them. It comes with the
interpreter, and with some systems' interpreters from the system: the rate is no constant, 145 bytes per operation here.
"""

import xml.parsers.expat

TRUTH = "leaking"
RATE = None
HOLDER = "PARSERS"
PARSERS = []


def operation(i):
    if i % 50 == 0:
        parser = xml.parsers.expat.ParserCreate()  # leaks
        parser.Parse(b"<feed><entry>", False)  # noqa: FBT003 - positional only; leaks
        PARSERS.append(parser)
    return "<entry id='%d'/>" % (i % 1000)  # noqa: UP031 - a template as it is written for expat
