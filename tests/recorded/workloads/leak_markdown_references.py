"""Convert many pages with one Markdown object and never call its reset().

Leaks: the link references that each page defines stay in the object.
"""

import markdown

TRUTH = "leaking"
RATE = None
REQUIRES = ("markdown",)

_markdown = markdown.Markdown()


def operation(i):
    return _markdown.convert(
        f"See [the page][page-{i}].\n\n[page-{i}]: https://localhost/pages/{i} 'Page {i}'\n"
    )  # leaks
