"""Convert many pages with one Markdown object that is reset for each page.

Does not leak: the references go with the reset.
"""

import markdown

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("markdown",)

_markdown = markdown.Markdown(extensions=["footnotes", "tables"])


def operation(i):
    page = f"See [the page][page-{i}][^1].\n\n[^1]: Note {i}\n\n[page-{i}]: https://localhost/pages/{i} 'Page {i}'\n"
    return _markdown.reset().convert(page)
