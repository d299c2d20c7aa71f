"""A stand-in for GitHub's command line: it keeps issues in ``issues.json`` beside itself, and asks for the right to."""

import json
import os
import sys
from pathlib import Path


def main(words: list[str]) -> None:
    if os.environ.get("REHEARSAL_ISSUES", "write") != "write":
        sys.exit("this job has no 'issues: write'")
    file = Path(__file__).parent / "issues.json"
    issues = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    if words[:2] == ["issue", "list"]:
        print(json.dumps(issues))
    elif words[:2] == ["issue", "create"]:
        title = words[words.index("--title") + 1]
        issues.append(
            {"number": len(issues) + 1, "title": title, "state": "OPEN", "body": sys.stdin.read(), "comments": []}
        )
    elif words[:2] == ["issue", "comment"]:
        issues[int(words[2]) - 1]["comments"].append({"body": sys.stdin.read()})
    else:
        sys.exit(f"unknown: {words}")
    file.write_text(json.dumps(issues), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
