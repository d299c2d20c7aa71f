"""What the page shows of the peers' examples, and of the same tests written for the plugin."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "your-tests.md").read_text(encoding="utf-8")
EXAMPLES = Path(__file__).parent / "examples"


def pairs():
    """The examples of the peers and those of the plugin, side by side."""
    table = PAGE[PAGE.index("<table>") : PAGE.index("</table>")]
    shown = re.findall(r"```python\n(.*?)```", table, re.DOTALL)
    return list(zip(shown[::2], shown[1::2], strict=True))


def code(text):
    """Text without comments and blanks."""
    return re.sub(r"#.*|\s", "", text)


def test_each_test_is_shorter_than_the_peers():
    assert len(pairs()) == 5
    for theirs, ours in pairs():
        assert len(code(ours)) < len(code(theirs))
        assert ours.count("\n") < theirs.count("\n")


def test_the_page_shows_what_is_in_the_files():
    theirs = code("".join((EXAMPLES / f"of_{peer}.py").read_text() for peer in ("psleak", "pytest_memray")))
    ours = code((EXAMPLES / "ours.py").read_text())
    for of_peer, of_plugin in pairs():
        assert code(re.sub(r"from psleak.*", "", of_peer)) in theirs
        assert code(of_plugin) in ours
