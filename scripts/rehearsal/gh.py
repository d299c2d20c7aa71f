"""A stand-in for GitHub's command line: it keeps issues in ``issues.json`` and pull requests in ``pulls.json`` beside
itself."""

import json
import sys
from pathlib import Path
from typing import Any

FILES = {"issue": "issues.json", "pr": "pulls.json"}


def carry_out(words: list[str], kept: list[dict[str, Any]]) -> None:
    """Print what is asked for of the things that are kept, or change them."""
    match words[:2]:
        case ["issue" | "pr", "list"]:
            print(json.dumps([one for one in kept if one["state"] == "OPEN" or "open" not in words]))
        case ["issue" | "pr", "create"]:
            title = words[words.index("--title") + 1]
            known = {"number": len(kept) + 1, "title": title, "state": "OPEN"}
            kept.append({**known, "body": sys.stdin.read(), "comments": []})
        case ["issue", "comment"]:
            kept[int(words[2]) - 1]["comments"].append({"body": sys.stdin.read()})
        case ["pr", "edit"]:
            kept[int(words[2]) - 1]["body"] = sys.stdin.read()
        case _:
            sys.exit(f"unknown: {words}")


def main(words: list[str]) -> None:
    file = Path(__file__).parent / FILES.get(words[0], FILES["issue"])
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    carry_out(words, kept)
    file.write_text(json.dumps(kept), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
