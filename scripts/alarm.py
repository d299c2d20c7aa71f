"""Tell of releases that begin to leak in one issue on GitHub. Takes the folder that `watch` wrote.

``python scripts/alarm.py DIR``: DIR is what scripts/watch.py wrote. Needs GitHub's command line, ``gh``, with a token
that may write issues, and nothing else but the standard library.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

TITLE = "A release that the stacks stand on leaks"
# By which a leak is known again, whoever edits the rest of the issue.
MARK = "<!-- leaks: {} {} -->"
MOST_ISSUES = 500
Issue = Mapping[str, Any]


def gh(*words: str, text: str | None = None) -> str:
    """Standard output of a call of gh; CalledProcessError if it fails."""
    command = ["gh", *words]
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout


def leaks(folder: Path) -> list[tuple[str, str, str]]:
    """Package, release and the release before it, of each release that begins to leak."""
    lines = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    return [
        (line["package"], turn["release"], turn["before"])
        for line in lines
        for turn in line["turns"]
        if turn["what"] == "leaks"
    ]


def issues() -> list[Issue]:
    """The issues of ours, open and closed, with what was said in them."""
    fields = ("--state", "all", "--limit", str(MOST_ISSUES), "--json", "number,title,state,body,comments")
    listed: list[Issue] = json.loads(gh("issue", "list", "--search", f'in:title "{TITLE}"', *fields))
    return [issue for issue in listed if issue["title"] == TITLE]


def said(issue: Issue) -> str:
    return "\n".join([issue["body"], *(comment["body"] for comment in issue["comments"])])


def body(news: Iterable[tuple[str, str, str]]) -> str:
    """Return what is told of new leaks: how each can be seen, and the mark by which it is known again."""
    paragraphs = [
        f"**{package} {release}** leaks, {before} did not: `find-mem-leaks releases {package} --since {before}`\n"
        f"{MARK.format(package, release)}"
        for package, release, before in news
    ]
    return "\n\n".join(paragraphs) + "\n"


def tell(turned: Sequence[tuple[str, str, str]]) -> str:
    """Tell of the leaks that no issue tells of yet; in a sentence, what was done."""
    ours = issues()
    everything = "\n".join(map(said, ours))
    news = [leak for leak in turned if MARK.format(*leak[:2]) not in everything]
    if not news:
        return f"{len(turned)} leaks, none of them new" if turned else "no release begins to leak"
    still_open = [str(issue["number"]) for issue in ours if issue["state"] == "OPEN"]
    if still_open:
        gh("issue", "comment", still_open[0], "--body-file", "-", text=body(news))
        return f"{len(news)} new leaks, told in issue {still_open[0]}"
    gh("issue", "create", "--title", TITLE, "--body-file", "-", text=body(news))
    return f"{len(news)} new leaks, an issue was opened"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("folder", type=Path, metavar="DIR", help="what scripts/watch.py wrote")
    try:
        print(tell(leaks(parser.parse_args().folder)))
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"alarm: error: {error}")


if __name__ == "__main__":
    main()
