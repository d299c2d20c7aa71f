"""The pictures of the documentation: which results files a page has one drawn of."""

from pathlib import Path

import pictures

PAGE = """\
```console
$ find-mem-leaks show other.json
a table
```

```console
$ find-mem-leaks show leaks/before.json \\
      leaks/after.json
a table

of two cells
```

![Two releases](pictures/two.svg)

![A picture of something else](it.svg)
"""


def test_a_picture_is_drawn_of_the_files_that_are_shown_above_it():
    [block] = pictures.BLOCK.finditer(PAGE)
    assert pictures.paths(block) == [Path("leaks/before.json"), Path("leaks/after.json")]
    assert (block["title"], block["picture"]) == ("Two releases", "pictures/two.svg")
    assert block["shown"] == "a table\n\nof two cells\n"
