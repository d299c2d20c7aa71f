"""Parse small XML documents each of which has a tag of a name never seen before.

Leaks: lxml shares one libxml2 dictionary of names for the thread, and names are never taken out (native memory).
"""

from lxml import etree

TRUTH = "leaking"
RATE = None
REQUIRES = ("lxml",)


def operation(i):
    root = etree.fromstring(f"<batch><record-with-a-long-tag-name-{i:08d}/></batch>")  # leaks
    return len(root)
