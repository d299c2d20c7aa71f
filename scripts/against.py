"""Another revision's stacks against this tree's, on the quick profile: fail on a leak that only this tree has.

``python scripts/against.py -o DIR BASE HEAD [-- ARGUMENT...]``: BASE and HEAD are interpreters with the tool of each
side and with the stacks' packages; ARGUMENTs go to ``run``. Writes DIR/base.json and DIR/head.json. The verdicts and
culprits go to the summary of the workflow's job, where there is one, and the lines that leak become its annotations.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import tool

from find_mem_leaks import errors

# Of a run: what it found is for `compare` to judge. A stack that cannot run fails this tree, not the one before it.
MEASURED = {errors.CLEAN, errors.LEAK, errors.INCONCLUSIVE}
HEADING = "## Leaks that the change adds"


def call(python: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Return a finished call of the tool that is installed with an interpreter; what it says on the way is shown."""
    plain = {**{name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}, "NO_COLOR": "1"}
    command = tool.command(*words, python=python)
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=plain)


def measure(python: str, results: Path, arguments: list[str]) -> int:
    """The exit code of a run on the quick profile, of the stacks that the side itself has."""
    results.unlink(missing_ok=True)
    return call(python, "run", "--quick", "-v", "--no-table", "-f", "-o", str(results), *arguments).returncode


def judge(head: str, before: Path, after: Path) -> int:
    """Show both sides and what leaks; the exit code of ``compare``: 3 if a leak is new."""
    compared = call(head, "compare", str(before), str(after))
    print(compared.stdout)
    print(call(head, "show", str(after)).stdout)
    if os.environ.get("GITHUB_ACTIONS"):
        print(call(head, "show", "--format", "github", str(after)).stdout)
    verdicts = call(head, "show", "--format", "markdown", str(after)).stdout
    tool.tell("\n\n".join([HEADING, f"```text\n{compared.stdout.strip()}\n```", verdicts, ""]))
    return compared.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("base", metavar="BASE", help="an interpreter with the other revision's tool")
    parser.add_argument("head", metavar="HEAD", help="an interpreter with this tree's tool")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="made if it is missing")
    parser.add_argument("arguments", nargs="*", metavar="ARGUMENT", help="of `run`")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    before, after = arguments.output / "base.json", arguments.output / "head.json"
    measure(arguments.base, before, arguments.arguments)
    code = measure(arguments.head, after, arguments.arguments)
    if not (before.exists() and after.exists()):
        print("against: error: nothing was measured to compare: see above", file=sys.stderr)
        return errors.FAILED
    judged = judge(arguments.head, before, after)
    return judged if judged or code in MEASURED else code


if __name__ == "__main__":
    sys.exit(main())
